#include "harness/load/client_groups.h"

#include <algorithm>
#include <numeric>

#include "harness/base/rng.h"

namespace slotquake {
namespace {

using Group = std::vector<std::uint32_t>;

std::vector<Group> GroupByShard(const std::vector<LoadKey>& keys,
                                const std::vector<std::vector<SlotRange>>& shards) {
  std::vector<std::size_t> shard_of(kSlots, shards.size());
  for (std::size_t shard = 0; shard < shards.size(); ++shard) {
    for (const SlotRange& range : shards[shard]) {
      for (int slot = range.first; slot <= range.last; ++slot) {
        shard_of[static_cast<std::size_t>(slot)] = shard;
      }
    }
  }
  std::vector<Group> groups(shards.size() + 1);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    groups[shard_of[static_cast<std::size_t>(keys[i].slot)]].push_back(i);
  }
  std::erase_if(groups, [](const Group& group) { return group.empty(); });
  return groups;
}

}  // namespace

std::vector<KeyCycle> AssignKeys(const std::vector<LoadKey>& keys,
                                 const std::vector<std::vector<SlotRange>>& shards,
                                 int clients, std::uint64_t seed) {
  std::vector<Group> groups = GroupByShard(keys, shards);
  const auto count = static_cast<std::size_t>(clients);
  if (count < groups.size()) {
    groups.assign(1, Group(keys.size()));
    std::iota(groups[0].begin(), groups[0].end(), 0u);
  }
  const std::uint64_t offset = Rng(seed).Next() % keys.size();
  std::vector<KeyCycle> cycles;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t number = i % groups.size();
    const Group& group = groups[number];
    const std::size_t members = (count - number - 1) / groups.size() + 1;
    const std::size_t place = i / groups.size();
    cycles.push_back({group, (offset + place * group.size() / members) % group.size()});
  }
  return cycles;
}

}  // namespace slotquake
