#include "harness/load/key_plan.h"

#include <algorithm>

#include "harness/redis/slot.h"

namespace slotquake {
namespace {

// Takes "<prefix>:0", "<prefix>:1", ... for as long as a group of slots wants
// more keys, each on a slot that has none yet.
class Planner {
 public:
  explicit Planner(std::string_view prefix) : prefix_(prefix), used_(kSlots, false) {
    const int slot = SlotOf(prefix);
    keys_.push_back({prefix_, slot});
    used_[static_cast<std::size_t>(slot)] = true;
  }

  // `group_of` gives each slot's group (or -1), `wanted` each group's number of
  // further keys, which must not be more than its unused slots.
  std::vector<LoadKey> Fill(const std::vector<int>& group_of, std::vector<int> wanted) {
    int missing = 0;
    for (const int count : wanted) missing += count;
    for (int number = 0; missing > 0; ++number) {
      std::string key = prefix_ + ":" + std::to_string(number);
      const auto slot = static_cast<std::size_t>(SlotOf(key));
      const int group = group_of[slot];
      if (used_[slot] || group < 0) continue;
      int& left = wanted[static_cast<std::size_t>(group)];
      if (left == 0) continue;
      --left;
      --missing;
      used_[slot] = true;
      keys_.push_back({std::move(key), static_cast<int>(slot)});
    }
    return std::move(keys_);
  }

 private:
  std::string prefix_;
  std::vector<bool> used_;
  std::vector<LoadKey> keys_;
};

}  // namespace

std::string KeyOfPage(std::string_view page) {
  std::string key(kCounterPrefix);
  if (!page.empty()) key.append(":").append(page);
  return key;
}

std::string PageOfKey(std::string_view key) {
  const std::size_t start = kCounterPrefix.size() + 1;
  if (!key.starts_with(kCounterPrefix) || key.size() <= start) return "";
  return std::string(key.substr(start));
}

std::vector<LoadKey> PlanKeys(const KeySpec& spec, std::string_view prefix,
                              const std::vector<std::vector<SlotRange>>& shards) {
  Planner planner(prefix);
  const auto first = static_cast<std::size_t>(SlotOf(prefix));
  std::vector<int> group_of(kSlots, -1);
  std::vector<int> wanted;
  if (spec.spread == "slots") {
    std::fill(group_of.begin(), group_of.end(), 0);
    wanted = {kSlots - 1};
  } else if (spec.spread == "shards") {
    for (const std::vector<SlotRange>& shard : shards) {
      const int group = static_cast<int>(wanted.size());
      for (const SlotRange& range : shard) {
        for (int slot = range.first; slot <= range.last; ++slot) {
          group_of[static_cast<std::size_t>(slot)] = group;
        }
      }
      auto room = std::count(group_of.begin(), group_of.end(), group);
      if (group_of[first] == group) --room;
      wanted.push_back(
          static_cast<int>(std::min<std::ptrdiff_t>(spec.per_shard, room)));
    }
  }
  return planner.Fill(group_of, wanted);
}

}  // namespace slotquake
