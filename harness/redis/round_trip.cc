#include "harness/redis/round_trip.h"

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

}  // namespace slotquake
