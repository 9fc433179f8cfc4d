#include "harness/check/shard_pause.h"

#include <algorithm>
#include <set>
#include <utility>

namespace slotquake {
namespace {

// Attempts on one shard.
struct Attempts {
  std::vector<Nanos> acked;                   // when
  std::vector<std::pair<Nanos, int>> failed;  // when begun, and the slot
};

bool IsRedirection(const std::string& error) {
  return error.starts_with("MOVED") || error.starts_with("ASK");
}

std::vector<Attempts> SortByShard(const RunRecord& record, const Reigns& reigns) {
  std::vector<Attempts> shards(reigns.groups().size());
  for (const Operation& op : record.history.operations()) {
    Attempts& shard = shards[static_cast<std::size_t>(reigns.GroupOf(op.slot))];
    if (op.outcome == Outcome::kAcked) {
      shard.acked.push_back(op.completed);
    } else if (!IsRedirection(record.history.ErrorOf(op))) {
      shard.failed.emplace_back(op.invoked, op.slot);
    }
  }
  for (Attempts& shard : shards) {
    std::sort(shard.acked.begin(), shard.acked.end());
    std::sort(shard.failed.begin(), shard.failed.end());
  }
  return shards;
}

double MedianSpacing(const std::vector<Nanos>& acked) {
  std::vector<Nanos> spacings;
  for (std::size_t i = 1; i < acked.size(); ++i) {
    spacings.push_back(acked[i] - acked[i - 1]);
  }
  if (spacings.empty()) return 0;
  const auto middle = spacings.begin() + static_cast<long>(spacings.size() / 2);
  std::nth_element(spacings.begin(), middle, spacings.end());
  return ToMillis(*middle);
}

ShardPause LongestPause(const Attempts& shard, Nanos load_end) {
  ShardPause longest;
  longest.spacing_ms = MedianSpacing(shard.acked);
  std::vector<Nanos> ends = shard.acked;
  ends.push_back(load_end);
  Nanos from = shard.failed.front().first;
  if (!shard.acked.empty()) from = std::min(from, shard.acked.front());
  for (const Nanos to : ends) {
    const double lost_ms = ToMillis(to - from) - longest.spacing_ms;
    if (lost_ms > longest.lost_ms) {
      const auto first = std::lower_bound(shard.failed.begin(), shard.failed.end(),
                                          std::pair(from, 0));
      const auto last = std::lower_bound(first, shard.failed.end(), std::pair(to, 0));
      std::set<int> tried;
      for (auto it = first; it != last; ++it) tried.insert(it->second);
      if (!tried.empty()) {
        longest.from = from;
        longest.to = to;
        longest.lost_ms = lost_ms;
        longest.tried_slots = static_cast<int>(tried.size());
      }
    }
    from = to;
  }
  return longest;
}

}  // namespace

std::vector<ShardPause> FindShardPauses(const RunRecord& record, const Reigns& reigns) {
  Nanos load_end{0};
  for (const Operation& op : record.history.operations()) {
    load_end = std::max(load_end, op.completed);
  }
  std::vector<ShardPause> pauses;
  for (const Attempts& shard : SortByShard(record, reigns)) {
    pauses.push_back(shard.failed.empty() ? ShardPause()
                                          : LongestPause(shard, load_end));
  }
  return pauses;
}

}  // namespace slotquake
