#ifndef SLOTQUAKE_REPORTS_OUTAGES_H_
#define SLOTQUAKE_REPORTS_OUTAGES_H_

#include <cstdint>

#include "nlohmann/json.hpp"

namespace slotquake {

// The longest times without service: of the shards that were hit worst (within a
// tenth of the longest), and of the others that were hit. Only slots that had load
// count: of the others nobody knows.
struct Outages {
  double worst_ms = 0;
  std::int64_t worst_slots = 0;
  double other_ms = 0;
  std::int64_t other_slots = 0;
  std::int64_t tested_slots = 0;
};

// From the details of slot_coverage; all 0 where they name no uncovered stretch.
// Stretches of one shard that touch (silent first, then refused) count as one.
// Pure and thread-safe.
Outages OutagesOf(const nlohmann::json& slot_coverage);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_OUTAGES_H_
