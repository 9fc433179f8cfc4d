#ifndef SLOTQUAKE_HARNESS_REDIS_SPEED_H_
#define SLOTQUAKE_HARNESS_REDIS_SPEED_H_

#include <cstddef>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

// How fast a server is reached from where this is called. All thread-safe.
namespace slotquake {

// The shortest of `times` round trips of a PING to a server, on a connection that
// stands; a refusal (NOAUTH) is an answer too. `limit` is that of the connecting and of
// each answer.
Result<Nanos> LeastRoundTrip(const Endpoint& to, int times, Nanos limit);

// How fast a server takes and gives back so many bytes (ECHO), after `password`, if
// there is one: bytes of one direction over the whole time, in bits per second.
Result<double> EchoSpeed(const Endpoint& to, std::size_t bytes, Nanos limit,
                         const std::string& password = "");

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_SPEED_H_
