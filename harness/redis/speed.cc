#include "harness/redis/speed.h"

#include <algorithm>

#include "harness/redis/connection.h"

namespace slotquake {

Result<Nanos> LeastRoundTrip(const Endpoint& to, int times, Nanos limit) {
  auto connection = Connection::Connect(to, limit);
  if (!connection.ok()) return connection.status();
  Nanos least = Nanos::max();
  for (int i = 0; i < times; ++i) {
    const Nanos begin = MonotonicNow();
    const auto reply = connection->Command({"PING"});
    if (!reply.ok()) return reply.status();
    least = std::min(least, MonotonicNow() - begin);
  }
  return least;
}

Result<double> EchoSpeed(const Endpoint& to, std::size_t bytes, Nanos limit,
                         const std::string& password) {
  auto connection = Connection::Connect(to, limit, password);
  if (!connection.ok()) return connection.status();
  const Nanos begin = MonotonicNow();
  const auto reply = connection->Command({"ECHO", std::string(bytes, 'x')});
  const double took = ToSeconds(MonotonicNow() - begin);
  if (!reply.ok()) return reply.status();
  if (reply->IsError()) return Status::Error(reply->text);
  return static_cast<double>(bytes) * 8 / took;
}

}  // namespace slotquake
