#ifndef SLOTQUAKE_HARNESS_CHECK_SLOT_COVERAGE_H_
#define SLOTQUAKE_HARNESS_CHECK_SLOT_COVERAGE_H_

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// Which slots could not be written, and for how long: what the nodes declared, and
// what the load felt (section 6 of docs/checking.md). Details (times in ms on the
// record's axis):
//   slot_seconds_lost, resolution_ms, untested_slots, unserved_slots
//   slot_seconds_if_all   if the slots that were not tried in a shard's pause fared
//                         as those that were
//   uncovered_ms_max      the longest stretch of any slot, or pause of any shard, less
//                         its usual spacing
//   all_served_again_ms   null: nothing was uncovered, or some slots still are
//   shards    [{slots, count, served_by [{node, from_ms, to_ms}],
//             uncovered [{from_ms, to_ms, state "refused"|"silent", slots}],
//             pause {from_ms, to_ms, length_ms, tried_slots} or null,
//             slot_seconds}]; an uncovered stretch is from when nine in ten of its
//             slots were no longer served to when one in ten was again (the
//             medians, where these do not overlap)
//   declared  [{node, segments [{from_ms, to_ms, state "ok"|"fail"|"unreachable",
//             slots_ok, slots_fail, slots_pfail}]}]
//   doubly_claimed [{slots, nodes, epochs, from_ms, to_ms, both_acked}]
Verdict CheckSlotCoverage(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_SLOT_COVERAGE_H_
