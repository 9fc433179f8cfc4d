#ifndef SLOTQUAKE_HARNESS_CHECK_EXPECTATIONS_H_
#define SLOTQUAKE_HARNESS_CHECK_EXPECTATIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/history/record.h"

namespace slotquake {

// What the record's scenario expects ("expect" of scenario.json). Unset: not judged.
struct ExpectedOutcome {
  std::optional<std::int64_t> lost_max_count;
  std::optional<std::int64_t> lost_min_count;
  std::optional<double> lost_max_window_ms;
  std::string promotion = "any";  // "required", "forbidden" or "any"
  std::string way_back = "any";   // "return": "restart", "failover", "theory" or "any"
  bool promotion_within_theory = false;
  std::optional<double> promotion_max_ms;
  std::optional<double> max_slot_seconds;
  std::optional<double> max_uncovered_ms;
  bool must_stay_down = false;
  bool rest_required = true;
  bool rest_forbidden = false;  // "never"
  std::int64_t min_acked_before = 50;
};

// Reads them from record.scenario_json; what is not there, or null, has its
// default. Throws nlohmann::json::exception where a value has the wrong type.
ExpectedOutcome ReadExpectations(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_EXPECTATIONS_H_
