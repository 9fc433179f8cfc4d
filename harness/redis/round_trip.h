#ifndef SLOTQUAKE_HARNESS_REDIS_ROUND_TRIP_H_
#define SLOTQUAKE_HARNESS_REDIS_ROUND_TRIP_H_

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// The shortest of `times` round trips of a PING to a server, on a connection that
// stands; a refusal (NOAUTH) is an answer too. `limit` is that of the connecting and of
// each answer. Thread-safe.
Result<Nanos> LeastRoundTrip(const Endpoint& to, int times, Nanos limit);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_ROUND_TRIP_H_
