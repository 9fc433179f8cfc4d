#ifndef SLOTQUAKE_HARNESS_CHECK_RESTART_OR_FAILOVER_H_
#define SLOTQUAKE_HARNESS_CHECK_RESTART_OR_FAILOVER_H_

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// Whether each victim's return was a restart or a failover (section 11 of
// docs/checking.md). Details (times in ms on the record's axis; null: not known):
//   proves_failover  a replica was promoted for some victim
//   victims [{fault, type, victim, shard, was_master, kind, text, gone_ms, back_ms,
//     away_ms, away_min_ms, away_max_ms, node_timeout_ms, inside_timeout, new_process,
//     new_pod, promoted, promoted_ms, epoch_before, epoch_after,
//     evidence [{what, at_ms, uncertainty_ms, source, node}]}], one entry per victim;
//   kind is "restart", "failover", "both", "neither" or "unclear"
Verdict CheckRestartOrFailover(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_RESTART_OR_FAILOVER_H_
