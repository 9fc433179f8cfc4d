#ifndef SLOTQUAKE_HARNESS_LOAD_CLIENT_GROUPS_H_
#define SLOTQUAKE_HARNESS_LOAD_CLIENT_GROUPS_H_

#include <cstdint>
#include <vector>

#include "harness/history/cluster_view.h"
#include "harness/load/key_plan.h"

namespace slotquake {

// The keys (by index) that one client works on, round and round from `start`.
struct KeyCycle {
  std::vector<std::uint32_t> keys;
  std::size_t start = 0;
};

// One cycle for each of `clients` clients. With at least as many clients as
// shards that have keys, client i works on the keys of the i-th of them modulo
// their number; else on all keys. Clients of one shard start evenly spaced, all
// moved on by `seed`, so that the shard's slots are touched at even intervals.
// Keys outside of every shard form a group of their own. Pure; `keys` must not
// be empty.
std::vector<KeyCycle> AssignKeys(const std::vector<LoadKey>& keys,
                                 const std::vector<std::vector<SlotRange>>& shards,
                                 int clients, std::uint64_t seed);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_CLIENT_GROUPS_H_
