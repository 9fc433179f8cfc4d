#ifndef SLOTQUAKE_HARNESS_RUNNER_STOP_H_
#define SLOTQUAKE_HARNESS_RUNNER_STOP_H_

#include <functional>

#include "harness/base/clock.h"

namespace slotquake {

// Tells whether somebody wants the run to end early. Must be cheap.
using StopRequested = std::function<bool()>;

// Sleeps until `deadline` (MonotonicNow()), or less when a stop is requested.
// False if it was.
bool SleepUntil(Nanos deadline, const StopRequested& stop);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_STOP_H_
