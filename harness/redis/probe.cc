#include "harness/redis/probe.h"

#include "Poco/Exception.h"
#include "Poco/Net/NetException.h"
#include "Poco/Net/SocketAddress.h"
#include "Poco/Net/StreamSocket.h"

namespace slotquake {

std::string ProbePort(const Endpoint& at, Nanos limit) {
  try {
    Poco::Net::StreamSocket socket;
    socket.connect(
        Poco::Net::SocketAddress(at.host, static_cast<Poco::UInt16>(at.port)),
        Poco::Timespan(limit.count() / 1000));
    return "";
  } catch (const Poco::Net::ConnectionRefusedException&) {
    return "connection refused";
  } catch (const Poco::TimeoutException&) {
    return "timed out";
  } catch (const Poco::Exception& e) {
    return e.displayText();
  }
}

}  // namespace slotquake
