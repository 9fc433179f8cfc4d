#ifndef SLOTQUAKE_REPORTS_OUTAGES_H_
#define SLOTQUAKE_REPORTS_OUTAGES_H_

#include <cstdint>
#include <vector>

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

// Milliseconds on the record's axis.
struct Stretch {
  double from_ms = 0;
  double to_ms = 0;
};

// When a shard of slot_coverage's details was not served. Its uncovered parts are
// one stretch (silent first, then refused, or clients that wait in between) unless
// somebody served it between them.
std::vector<Stretch> UnservedStretches(const nlohmann::json& shard);

// From the details of slot_coverage; all 0 where they name no uncovered stretch.
// Pure and thread-safe.
Outages OutagesOf(const nlohmann::json& slot_coverage);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_OUTAGES_H_
