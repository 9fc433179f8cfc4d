#include "harness/load/client_groups.h"

#include <set>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

const std::vector<std::vector<SlotRange>> kShards = {
    {{0, 99}}, {{100, 199}}, {{200, 299}}};

std::vector<LoadKey> OneKeyPerSlot(int slots) {
  std::vector<LoadKey> keys;
  for (int slot = 0; slot < slots; ++slot) {
    keys.push_back({"k" + std::to_string(slot), slot});
  }
  return keys;
}

TEST(ClientGroupsTest, ClientsStayOnTheirShard) {
  const auto cycles = AssignKeys(OneKeyPerSlot(300), kShards, 7, 1);
  ASSERT_EQ(cycles.size(), 7u);
  for (std::size_t client = 0; client < 7; ++client) {
    ASSERT_EQ(cycles[client].keys.size(), 100u);
    for (const std::uint32_t key : cycles[client].keys)
      EXPECT_EQ(key / 100, client % 3);
  }
}

TEST(ClientGroupsTest, ClientsOfAShardStartEvenlySpaced) {
  const auto cycles = AssignKeys(OneKeyPerSlot(100), {{{0, 99}}}, 4, 9);
  std::set<std::size_t> relative;
  for (const KeyCycle& cycle : cycles) {
    relative.insert((cycle.start + 100 - cycles[0].start) % 100);
  }
  EXPECT_EQ(relative, (std::set<std::size_t>{0, 25, 50, 75}));
}

TEST(ClientGroupsTest, FewerClientsThanShardsCoverAllKeys) {
  for (const KeyCycle& cycle : AssignKeys(OneKeyPerSlot(300), kShards, 2, 1)) {
    EXPECT_EQ(cycle.keys.size(), 300u);
  }
}

TEST(ClientGroupsTest, ShardsWithoutKeysGetNoClients) {
  for (const KeyCycle& cycle : AssignKeys({{"hits", 150}}, kShards, 3, 1)) {
    EXPECT_EQ(cycle.keys, (std::vector<std::uint32_t>{0}));
    EXPECT_EQ(cycle.start, 0u);
  }
}

TEST(ClientGroupsTest, KeysOutsideOfEveryShardAreWorkedOnToo) {
  const auto cycles = AssignKeys({{"a", 5}, {"b", 5000}}, kShards, 2, 1);
  EXPECT_EQ(cycles[0].keys, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(cycles[1].keys, (std::vector<std::uint32_t>{1}));
}

}  // namespace
}  // namespace slotquake
