#include "reports/outages.h"

#include <algorithm>
#include <vector>

#include "harness/history/cluster_view.h"
#include "reports/details.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

// Instants closer than this are taken as one.
constexpr double kTouchMs = 100;

bool ServedBetween(const Json& shard, double from_ms, double to_ms) {
  for (const Json& served : ListAt(shard, "served_by")) {
    const auto from = NumberAt(served, "from_ms");
    const auto to = NumberAt(served, "to_ms");
    if (from && to && std::min(*to, to_ms) - std::max(*from, from_ms) > kTouchMs) {
      return true;
    }
  }
  return false;
}

double LongestStretch(const Json& shard) {
  double longest = 0;
  for (const Stretch& stretch : UnservedStretches(shard)) {
    longest = std::max(longest, stretch.to_ms - stretch.from_ms);
  }
  return longest;
}

// The slots that were not served; in an older run those of the largest part, which
// names them, else all of the shard.
std::int64_t UnservedSlots(const Json& shard) {
  if (const auto slots = CountAt(shard, "uncovered_slots")) return *slots;
  std::int64_t slots = 0;
  for (const Json& gap : ListAt(shard, "uncovered")) {
    const std::int64_t all = CountAt(shard, "count").value_or(0);
    slots = std::max(slots, CountAt(gap, "slots").value_or(all));
  }
  return slots;
}

}  // namespace

std::vector<Stretch> UnservedStretches(const Json& shard) {
  std::vector<Stretch> parts;
  for (const Json& gap : ListAt(shard, "uncovered")) {
    const auto from = NumberAt(gap, "from_ms");
    const auto to = NumberAt(gap, "to_ms");
    if (from && to) parts.push_back({*from, *to});
  }
  std::sort(parts.begin(), parts.end(),
            [](const Stretch& a, const Stretch& b) { return a.from_ms < b.from_ms; });
  std::vector<Stretch> stretches;
  for (const Stretch& part : parts) {
    const bool joins = !stretches.empty() &&
                       !ServedBetween(shard, stretches.back().to_ms, part.from_ms);
    if (joins) {
      stretches.back().to_ms = std::max(stretches.back().to_ms, part.to_ms);
    } else {
      stretches.push_back(part);
    }
  }
  return stretches;
}

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
  // Stretches are of a whole shard; of one slot, the checker knows.
  if (const auto longest = NumberAt(slot_coverage, "uncovered_ms_max")) {
    outages.worst_ms = *longest;
  }
  return outages;
}

}  // namespace slotquake
