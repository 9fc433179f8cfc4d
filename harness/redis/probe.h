#ifndef SLOTQUAKE_HARNESS_REDIS_PROBE_H_
#define SLOTQUAKE_HARNESS_REDIS_PROBE_H_

#include <string>

#include "harness/base/clock.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// Whether something accepts connections there right now: "" if so, "connection
// refused", "timed out" after `limit`, or what else the system says. Thread-safe.
std::string ProbePort(const Endpoint& at, Nanos limit);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_PROBE_H_
