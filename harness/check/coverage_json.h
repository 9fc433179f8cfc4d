#ifndef SLOTQUAKE_HARNESS_CHECK_COVERAGE_JSON_H_
#define SLOTQUAKE_HARNESS_CHECK_COVERAGE_JSON_H_

#include <vector>

#include "harness/check/evidence.h"
#include "harness/check/reigns.h"
#include "harness/check/shard_pause.h"
#include "harness/check/slot_gaps.h"
#include "harness/history/record.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Parts of the slot coverage's details; slot_coverage.h documents their form.
nlohmann::json ShardsJson(const RunRecord& record, const Reigns& reigns,
                          const SlotGaps& gaps, const std::vector<ShardPause>& pauses);
nlohmann::json DeclaredJson(const RunRecord& record);
nlohmann::json DoubleClaimsJson(const RunRecord& record,
                                const std::vector<TimedView>& views);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_COVERAGE_JSON_H_
