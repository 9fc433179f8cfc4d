#ifndef SLOTQUAKE_HARNESS_CHECK_OUTAGE_H_
#define SLOTQUAKE_HARNESS_CHECK_OUTAGE_H_

#include "harness/check/fault_axis.h"
#include "harness/check/promotion_analysis.h"

namespace slotquake {

// How long each client went without an acked write on `slots`: the longest gap
// between two successive ones that touches [from, back], less the client's usual
// (median) spacing before `from`. A client that never came back counts until `end`;
// one that had not written before does not count.
Outage MeasureOutage(const History& history, const SlotSet& slots, Nanos from,
                     Nanos back, Nanos end);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_OUTAGE_H_
