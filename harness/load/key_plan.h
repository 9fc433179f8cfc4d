#ifndef SLOTQUAKE_HARNESS_LOAD_KEY_PLAN_H_
#define SLOTQUAKE_HARNESS_LOAD_KEY_PLAN_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/history/cluster_view.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// One key that a load works on.
struct LoadKey {
  std::string key;
  int slot = 0;
  bool operator==(const LoadKey&) const = default;
};

// First word of the keys of a counter load ("hits", "hits:NAME") and of an append
// load ("log", "log:NAME").
inline constexpr std::string_view kCounterPrefix = "hits";
inline constexpr std::string_view kAppendPrefix = "log";

// The key of the hit counter's page NAME: "hits:NAME", and "hits" for "".
std::string KeyOfPage(std::string_view page);
// The other way round; "" for a key that is no page's.
std::string PageOfKey(std::string_view key);

// The keys of a load, with `prefix` alone always the first; no two share a slot.
// `shards` are the slots of each shard, and only spread "shards" looks at them:
// a shard with fewer slots than per_shard gets one key on each. The same
// arguments always give the same keys. Pure.
std::vector<LoadKey> PlanKeys(const KeySpec& spec, std::string_view prefix,
                              const std::vector<std::vector<SlotRange>>& shards);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_KEY_PLAN_H_
