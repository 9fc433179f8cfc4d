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
  const auto victim = SelectVictim(spec, ThreeShards(), kNames, rng);
  return victim.ok() ? victim->node : "error: " + victim.message();
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
  const auto victim = SelectVictim(spec, ThreeShards(), kNames, rng);
  ASSERT_TRUE(victim.ok());
  EXPECT_FALSE(victim->was_master);
  EXPECT_EQ(ToString(victim->slots), "10923-16383") << "the slots of its shard";
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

TEST(NodeSelectorTest, ASlotWithoutMasterIsAnError) {
  ClusterView view = ThreeShards();
  view.nodes.erase(view.nodes.begin() + 1);
  VictimSpec spec;
  spec.slot = 5;
  Rng rng(1);
  EXPECT_EQ(SelectVictim(spec, view, kNames, rng).message(),
            "slot 5 has no master now");
}

}  // namespace
}  // namespace slotquake
