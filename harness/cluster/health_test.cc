#include "harness/cluster/health.h"

#include "gtest/gtest.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

// Its replica redis-3 says that its link is up, but the master at the other end is not
// the one that there is now.
class ClusterWithAStaleLink : public FakeCluster {
 public:
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override {
    auto reply = FakeCluster::Command(node, command, limit);
    const std::string of_all = "master_replid:def";
    if (node == "redis-3" && reply.ok()) {
      const std::size_t at = reply->text.find(of_all);
      if (at != std::string::npos) {
        reply->text.replace(at, of_all.size(), "master_replid:old");
      }
    }
    return reply;
  }
};

// redis-0 has met the replica redis-4 again just now.
class ClusterThatTakesAReplicaForAMaster : public FakeCluster {
 public:
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override {
    auto reply = FakeCluster::Command(node, command, limit);
    const std::string replica = "slave " + IdOf(1);
    if (node == "redis-0" && reply.ok()) {
      const std::size_t at = reply->text.find(replica);
      if (at != std::string::npos) reply->text.replace(at, replica.size(), "master -");
    }
    return reply;
  }
};

TEST(HealthTest, AHealthyClusterIsHealthy) {
  FakeCluster cluster;
  EXPECT_EQ(CheckHealth(cluster, {}, true).problem, "");
}

TEST(HealthTest, ALinkToAnEarlierMasterIsNotUp) {
  ClusterWithAStaleLink cluster;
  EXPECT_EQ(CheckHealth(cluster, {}, false).problem,
            "redis-3 replicates another history than its master's");
  EXPECT_EQ(CheckHealth(cluster, {"redis-3"}, false).problem, "");
}

TEST(HealthTest, EveryNodeIsKnownForWhatItIs) {
  ClusterThatTakesAReplicaForAMaster cluster;
  EXPECT_EQ(CheckHealth(cluster, {}, false).problem,
            "redis-0 does not know yet what redis-4 is: a replica of aaaaaaaa");
  EXPECT_EQ(CheckHealth(cluster, {"redis-4"}, false).problem, "");
}

}  // namespace
}  // namespace slotquake
