#ifndef SLOTQUAKE_REPORTS_TIME_SERIES_H_
#define SLOTQUAKE_REPORTS_TIME_SERIES_H_

#include <cstdint>
#include <vector>

#include "harness/base/clock.h"
#include "harness/history/history.h"

namespace slotquake {

// The operations of a run in buckets of equal width, by when they completed.
struct TimeSeries {
  Nanos first{0};   // begin of the first bucket
  Nanos bucket{0};  // width
  // Operations per bucket, by outcome.
  std::vector<std::int64_t> acked;
  std::vector<std::int64_t> rejected;
  std::vector<std::int64_t> unknown;
  // Of the acknowledged ones: from when they were meant to be sent (not when an
  // open loop got round to it) to the reply. Nearest rank; -1 where none was.
  std::vector<Nanos> p50;
  std::vector<Nanos> p99;
  std::vector<Nanos> max;
};

// Buckets over [first, last], 50 ms each, wider where that would be more than
// 4000. Linear in the number of operations.
TimeSeries MakeTimeSeries(const History& history, Nanos first, Nanos last);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TIME_SERIES_H_
