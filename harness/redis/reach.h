#ifndef SLOTQUAKE_HARNESS_REDIS_REACH_H_
#define SLOTQUAKE_HARNESS_REDIS_REACH_H_

#include <functional>

#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// Says where something can be reached now. Where the way there has broken (a tunnel
// that has ended), a call makes a new one, which takes a while. Thread-safe.
using Reach = std::function<Result<Endpoint>()>;

// For what stays where it is.
inline Reach Always(Endpoint endpoint) {
  return [endpoint] { return Result<Endpoint>(endpoint); };
}

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_REACH_H_
