#ifndef SLOTQUAKE_HARNESS_CHECK_LOST_WRITES_H_
#define SLOTQUAKE_HARNESS_CHECK_LOST_WRITES_H_

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// Which acknowledged writes are gone, between which instants, and why (sections 2 to
// 4 of docs/checking.md). Details (times in ms; *_relative_ms from the fault's done,
// other *_ms on the record's axis):
//   acked, rejected, unknown, keys       over all loads
//   definite                             writes that are certainly lost
//   lower, upper                         bounds of the lost acked writes
//   double_count, surplus                keys that hold too much, and by how much
//   counter, append                      the same per load, and what is its own
//   causes                               {cause: count} over the definite ones
//   windows   [{fault, shard, slots, first_relative_ms, last_relative_ms, length_ms,
//             uncertainty_ms, lost, acks_inside, share}]; fault null: before any
//   writes    [{op, kind, key, slot, node, value, acked_ms, relative_ms, fault, cause,
//             evidence}], the first 500 by time; writes_total counts all
//   reigns    [{slots, node, epoch, begin_ms, restart}]; begin_ms null: from the start
Verdict CheckLostWrites(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_LOST_WRITES_H_
