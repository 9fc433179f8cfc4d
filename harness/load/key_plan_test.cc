#include "harness/load/key_plan.h"

#include <set>

#include "gtest/gtest.h"
#include "harness/redis/slot.h"

namespace slotquake {
namespace {

const std::vector<std::vector<SlotRange>> kThreeShards = {
    {{0, 5460}}, {{5461, 10922}}, {{10923, 16383}}};

std::set<int> SlotsOf(const std::vector<LoadKey>& keys) {
  std::set<int> slots;
  for (const LoadKey& key : keys) {
    EXPECT_EQ(key.slot, SlotOf(key.key)) << key.key;
    slots.insert(key.slot);
  }
  return slots;
}

TEST(KeyPlanTest, OneIsTheArticlesKey) {
  const auto keys = PlanKeys({.spread = "one"}, kCounterPrefix, kThreeShards);
  EXPECT_EQ(keys, (std::vector<LoadKey>{{"hits", 4994}}));
}

TEST(KeyPlanTest, ShardsHaveTheirNumberOfKeysEachOnASlotOfItsOwn) {
  const auto keys =
      PlanKeys({.spread = "shards", .per_shard = 32}, kCounterPrefix, kThreeShards);
  ASSERT_EQ(keys.size(), 97u);
  EXPECT_EQ(keys[0].key, "hits");
  EXPECT_EQ(SlotsOf(keys).size(), 97u);
  for (const auto& shard : kThreeShards) {
    int inside = 0;
    for (std::size_t i = 1; i < keys.size(); ++i) {
      inside += ContainsSlot(shard, keys[i].slot) ? 1 : 0;
    }
    EXPECT_EQ(inside, 32);
  }
}

TEST(KeyPlanTest, AShardSmallerThanItsNumberOfKeysIsFilled) {
  const std::vector<std::vector<SlotRange>> shards = {
      {{4990, 4994}, {7, 7}}, {{0, 6}, {8, 4989}, {4995, 16383}}};
  const auto slots =
      SlotsOf(PlanKeys({.spread = "shards", .per_shard = 32}, kCounterPrefix, shards));
  EXPECT_EQ(slots.size(), 6u + 32u);
  for (const int slot : {7, 4990, 4991, 4992, 4993, 4994}) {
    EXPECT_TRUE(slots.contains(slot)) << slot;
  }
}

TEST(KeyPlanTest, SlotsCoversEverySlotOnce) {
  for (const auto prefix : {kCounterPrefix, kAppendPrefix}) {
    const auto keys = PlanKeys({.spread = "slots"}, prefix, {});
    EXPECT_EQ(keys.size(), 16384u);
    EXPECT_EQ(SlotsOf(keys).size(), 16384u);
    EXPECT_EQ(keys[0].key, prefix);
  }
}

TEST(KeyPlanTest, PagesAndKeys) {
  EXPECT_EQ(KeyOfPage(""), "hits");
  EXPECT_EQ(KeyOfPage("home"), "hits:home");
  EXPECT_EQ(PageOfKey("hits"), "");
  EXPECT_EQ(PageOfKey("hits:home"), "home");
}

}  // namespace
}  // namespace slotquake
