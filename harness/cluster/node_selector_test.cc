#include "harness/cluster/node_selector.h"

#include <set>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

ClusterView ThreeShards() {
  ClusterView view;
  const auto master = [&](const std::string& id, int first, int last) {
    NodeView node;
    node.id = id;
    node.master = true;
    node.slots = {{first, last}};
    view.nodes.push_back(node);
  };
  // Not in the order of their slots, as CLUSTER NODES may have them.
  master("c", 10923, 16383);
  master("a", 0, 5460);
  master("b", 5461, 10922);
  for (const char* id : {"a", "b", "c"}) {
    NodeView node;
    node.id = std::string(id) + "-replica";
    node.master_id = id;
    view.nodes.push_back(node);
  }
  return view;
}

const std::map<std::string, std::string> kNames = {
    {"a", "redis-0"},         {"b", "redis-1"},         {"c", "redis-2"},
    {"a-replica", "redis-3"}, {"b-replica", "redis-4"}, {"c-replica", "redis-5"}};

std::string Choose(const VictimSpec& spec, std::uint64_t seed = 1) {
  Rng rng(seed);
  const auto victims = SelectVictims({spec}, ThreeShards(), kNames, rng);
  if (!victims.ok()) return "error: " + victims.message();
  std::string nodes;
  for (const Victim& victim : *victims) {
    nodes += (nodes.empty() ? "" : " ") + victim.node;
  }
  return nodes;
}

VictimSpec MasterOf(const std::string& key) {
  VictimSpec spec;
  spec.key = key;
  return spec;
}

TEST(NodeSelectorTest, ByKeyAndSlot) {
  EXPECT_EQ(Choose(MasterOf("hits")), "redis-0") << "slot 4994";
  VictimSpec slot;
  slot.slot = 16383;
  EXPECT_EQ(Choose(slot), "redis-2");
}

TEST(NodeSelectorTest, ByShardAndRole) {
  VictimSpec spec;
  spec.shard = 1;
  EXPECT_EQ(Choose(spec), "redis-1");
  spec.role = "replica";
  EXPECT_EQ(Choose(spec), "redis-4");
  spec.shard = 3;
  EXPECT_EQ(Choose(spec), "error: no replica fits in shard 3 (3 masters now)");
}

TEST(NodeSelectorTest, ByNameFollowsTheNodeNotTheRole) {
  VictimSpec spec;
  spec.node = "redis-5";
  Rng rng(1);
  const auto victims = SelectVictims({spec}, ThreeShards(), kNames, rng);
  ASSERT_TRUE(victims.ok());
  EXPECT_FALSE(victims->front().was_master);
  EXPECT_EQ(ToString(victims->front().slots), "10923-16383")
      << "the slots of its shard";
}

TEST(NodeSelectorTest, RandomIsDecidedByTheSeedAndReachesEveryone) {
  VictimSpec spec;
  spec.pick = "random";
  std::set<std::string> chosen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(Choose(spec, seed), Choose(spec, seed));
    chosen.insert(Choose(spec, seed));
  }
  EXPECT_EQ(chosen, (std::set<std::string>{"redis-0", "redis-1", "redis-2"}));
}

TEST(NodeSelectorTest, SeveralAtOnceAreEachChosenOnce) {
  VictimSpec masters;
  masters.pick = "all";
  EXPECT_EQ(Choose(masters), "redis-0 redis-1 redis-2");
  VictimSpec anybody = masters;
  anybody.role = "any";
  anybody.shard = 1;
  EXPECT_EQ(Choose(anybody), "redis-1 redis-4");
  Rng rng(1);
  const auto both =
      SelectVictims({anybody, MasterOf("hits"), anybody}, ThreeShards(), kNames, rng);
  ASSERT_TRUE(both.ok());
  ASSERT_EQ(both->size(), 3u);
  EXPECT_EQ((*both)[2].node, "redis-0");
  const auto all = SelectVictims({}, ThreeShards(), kNames, rng);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), 6u);
}

TEST(NodeSelectorTest, ASlotWithoutMasterIsAnError) {
  ClusterView view = ThreeShards();
  view.nodes.erase(view.nodes.begin() + 1);
  VictimSpec spec;
  spec.slot = 5;
  Rng rng(1);
  EXPECT_EQ(SelectVictims({spec}, view, kNames, rng).message(),
            "slot 5 has no master now");
}

}  // namespace
}  // namespace slotquake
