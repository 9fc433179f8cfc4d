#ifndef SLOTQUAKE_HARNESS_BASE_LISTEN_H_
#define SLOTQUAKE_HARNESS_BASE_LISTEN_H_

#include "Poco/Net/ServerSocket.h"
#include "Poco/Net/SocketAddress.h"

namespace slotquake {

// A listening socket. Unlike Poco's own constructor it does not set SO_REUSEPORT,
// with which two servers on one port would share its connections in silence: a
// port that is taken throws (Poco::Net::NetException). Thread-safe.
inline Poco::Net::ServerSocket ListenOn(const Poco::Net::SocketAddress& address) {
  Poco::Net::ServerSocket socket;
  socket.bind(address, /*reuseAddress=*/true, /*reusePort=*/false);
  socket.listen();
  return socket;
}

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_LISTEN_H_
