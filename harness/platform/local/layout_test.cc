#include "harness/platform/local/layout.h"

#include <set>

#include "gtest/gtest.h"
#include "harness/platform/server_settings.h"

namespace slotquake {
namespace {

const ServerProgram kRedis7 = {"/usr/bin/redis-server", "redis", "7.0.15"};
const ServerProgram kRedis6 = {"/usr/bin/redis-server", "redis", "6.2.1"};

TEST(PlanNodesTest, EverySlotHasOneMasterForAnyNumberOfThem) {
  for (int masters = 3; masters <= 50; ++masters) {
    ClusterSpec spec;
    spec.masters = masters;
    int next = 0;
    for (const PlannedNode& node : PlanNodes(spec, 1)) {
      if (node.master >= 0) continue;
      EXPECT_EQ(node.slots.first, next);
      next = node.slots.last + 1;
    }
    EXPECT_EQ(next, kSlots);
  }
}

TEST(PlanNodesTest, TheUsualThreeShards) {
  const auto nodes = PlanNodes(ClusterSpec{}, 1);
  ASSERT_EQ(nodes.size(), 6u);
  EXPECT_EQ(nodes[0].slots, (SlotRange{0, 5460}));
  EXPECT_EQ(nodes[2].slots, (SlotRange{10923, 16383}));
  EXPECT_EQ(nodes[4].master, 1);
  EXPECT_EQ(nodes[4].shard_id, nodes[1].shard_id);
}

TEST(PlanNodesTest, IdsComeFromTheSeedAndAddressesAreAllDifferent) {
  ClusterSpec spec;
  spec.masters = 100;
  spec.replicas_per_master = 2;
  std::set<std::string> ids;
  std::set<std::string> addresses;
  for (const PlannedNode& node : PlanNodes(spec, 1)) {
    ids.insert(node.id);
    addresses.insert(node.address);
  }
  EXPECT_EQ(ids.size(), 300u);
  EXPECT_EQ(addresses.size(), 300u);
  EXPECT_EQ(PlanNodes(spec, 1)[7].id, PlanNodes(spec, 1)[7].id);
  EXPECT_NE(PlanNodes(spec, 1)[7].id, PlanNodes(spec, 2)[7].id);
}

TEST(NodesConfTest, OldServersGetNoAuxiliaryFields) {
  const auto nodes = PlanNodes(ClusterSpec{}, 1);
  EXPECT_NE(NodesConf(nodes, 0, kRedis7).find("shard-id="), std::string::npos);
  const std::string old = NodesConf(nodes, 3, kRedis6);
  EXPECT_EQ(old.find("shard-id="), std::string::npos);
  EXPECT_NE(old.find(nodes[3].id + " 10.77.1.4:6379@16379 myself,slave " + nodes[0].id +
                     " 0 0 1 connected\n"),
            std::string::npos)
      << old;
  EXPECT_NE(old.find("vars currentEpoch 3 lastVoteEpoch 0\n"), std::string::npos);
}

TEST(ServerConfigTest, ScenarioOverridesDefaultsButNotWhatThePlatformNeeds) {
  ClusterSpec spec;
  spec.node_timeout_ms = 2000;
  spec.config = {{"appendonly", "no"}, {"port", "1"}, {"maxmemory", "1mb"}};
  const auto config = ServerConfig(spec, kRedis7);
  EXPECT_EQ(config.at("appendonly"), "no");
  EXPECT_EQ(config.at("maxmemory"), "1mb");
  EXPECT_EQ(config.at("port"), "6379");
  EXPECT_EQ(config.at("cluster-node-timeout"), "2000");
  EXPECT_FALSE(ServerConfig(spec, kRedis6).contains("enable-debug-command"));
}

TEST(ServerConfigTest, LargeClustersBootPatiently) {
  ClusterSpec spec;
  spec.masters = 30;
  spec.node_timeout_ms = 2000;
  EXPECT_EQ(BootNodeTimeout(spec), 15000);
}

}  // namespace
}  // namespace slotquake
