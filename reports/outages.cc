#include "reports/outages.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/history/cluster_view.h"
#include "reports/details.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

double LongestStretch(const Json& shard) {
  constexpr double kTouchMs = 100;
  std::vector<std::pair<double, double>> gaps;
  for (const Json& gap : ListAt(shard, "uncovered")) {
    const auto from = NumberAt(gap, "from_ms");
    const auto to = NumberAt(gap, "to_ms");
    if (from && to) gaps.emplace_back(*from, *to);
  }
  std::sort(gaps.begin(), gaps.end());
  double longest = 0;
  double begin = 0;
  double end = -1e18;
  for (const auto& [from, to] : gaps) {
    if (from > end + kTouchMs) begin = from;
    end = std::max(end, to);
    longest = std::max(longest, end - begin);
  }
  return longest;
}

// The slots that were not served: of the largest stretch, which names them, else
// all of the shard.
std::int64_t UnservedSlots(const Json& shard) {
  std::int64_t slots = 0;
  for (const Json& gap : ListAt(shard, "uncovered")) {
    const std::int64_t all = CountAt(shard, "count").value_or(0);
    slots = std::max(slots, CountAt(gap, "slots").value_or(all));
  }
  return slots;
}

}  // namespace

Outages OutagesOf(const Json& slot_coverage) {
  const Json& shards = ListAt(slot_coverage, "shards");
  Outages outages;
  outages.tested_slots = kSlots - CountAt(slot_coverage, "untested_slots").value_or(0);
  for (const Json& shard : shards) {
    outages.worst_ms = std::max(outages.worst_ms, LongestStretch(shard));
  }
  const double found_ms = outages.worst_ms;
  for (const Json& shard : shards) {
    const double longest = LongestStretch(shard);
    const std::int64_t slots = UnservedSlots(shard);
    if (longest <= 0) continue;
    if (longest >= 0.9 * found_ms) {
      outages.worst_slots += slots;
    } else {
      outages.other_slots += slots;
      outages.other_ms = std::max(outages.other_ms, longest);
    }
  }
  // Stretches of different slots may touch; of one slot, the checker knows.
  if (const auto longest = NumberAt(slot_coverage, "uncovered_ms_max")) {
    outages.worst_ms = std::min(outages.worst_ms, *longest);
  }
  return outages;
}

}  // namespace slotquake
