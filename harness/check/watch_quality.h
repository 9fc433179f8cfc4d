#ifndef SLOTQUAKE_HARNESS_CHECK_WATCH_QUALITY_H_
#define SLOTQUAKE_HARNESS_CHECK_WATCH_QUALITY_H_

#include <vector>

#include "harness/check/assumption_list.h"
#include "harness/check/promotion_analysis.h"

namespace slotquake {

// From a fault to the moment when the cluster had settled what to do about it.
struct CriticalTime {
  Nanos from{0};
  Nanos to{0};
};

// One per injected fault: until all agreed on the new master; without one, until the
// recovery, or else until the time in which a promotion could still have come.
std::vector<CriticalTime> CriticalTimes(const RunRecord& record,
                                        const std::vector<Promotion>& promotions);

// Whether the nodes that were not hit were watched without a gap over 100 ms.
Assumption ObserverGap(const RunRecord& record, const std::vector<CriticalTime>& times);
// Whether no worker was off the processor for over 50 ms.
Assumption HarnessStall(const RunRecord& record,
                        const std::vector<CriticalTime>& times);
// Whether every worker's clock is known within 5 ms.
Assumption ClockBoundHolds(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_WATCH_QUALITY_H_
