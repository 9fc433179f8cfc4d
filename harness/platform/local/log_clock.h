#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOG_CLOCK_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOG_CLOCK_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"

namespace slotquake {

// What the wall clock of one server showed while its log was written. A server stamps
// its lines with its own clock; where that was shifted, the stamps say what never was,
// and going back they repeat. Which lines are concerned is known by their place: the
// log's size at each shift. Not thread-safe.
class LogClock {
 public:
  // From `at` (the true wall time) on the server's clock is `offset` ahead. The log had
  // `size_before` bytes before the change was ordered and `size_after` when it was
  // done.
  void Shift(Nanos at, std::size_t size_before, std::size_t size_after, Nanos offset);

  // The log with true times. A line that was written while the change was made gets the
  // one that is nearer to it. Other lines are left as they are.
  std::string AtTrueTimes(std::string_view log) const;

 private:
  struct Change {
    Nanos at;
    std::size_t size_before;
    std::size_t size_after;
    Nanos offset;
  };

  Nanos OffsetOf(std::size_t place, Nanos stamp) const;

  std::vector<Change> changes_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOG_CLOCK_H_
