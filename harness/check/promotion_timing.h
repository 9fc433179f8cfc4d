#ifndef SLOTQUAKE_HARNESS_CHECK_PROMOTION_TIMING_H_
#define SLOTQUAKE_HARNESS_CHECK_PROMOTION_TIMING_H_

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// How long from each fault until a replica was promoted, phase by phase, against
// what the nodes' configuration allows (section 5 of docs/checking.md). Details
// (zero_ms on the record's axis; everything else in ms after it):
//   faults [{fault, type, victim, was_master, shard, zero_ms, promoted,
//     promoted_epoch, phases [{name, relative_ms, uncertainty_ms, source, node,
//     min_ms, max_ms, rule, judgement}], promotion_ms, promotion_min_ms,
//     promotion_max_ms, election_max_ms, outage {clients, median_ms, max_ms},
//     none_reason}], one entry per victim
// What is not known is null (promoted, none_reason: ""). promotion_max_ms allows the
// votes their whole 2 T; election_max_ms is without.
Verdict CheckPromotionTiming(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_PROMOTION_TIMING_H_
