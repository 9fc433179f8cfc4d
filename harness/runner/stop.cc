#include "harness/runner/stop.h"

#include <algorithm>
#include <thread>

namespace slotquake {

bool SleepUntil(Nanos deadline, const StopRequested& stop) {
  constexpr Nanos kStep = std::chrono::milliseconds(20);
  while (!stop()) {
    const Nanos left = deadline - MonotonicNow();
    if (left <= Nanos(0)) return true;
    std::this_thread::sleep_for(std::min(left, kStep));
  }
  return false;
}

}  // namespace slotquake
