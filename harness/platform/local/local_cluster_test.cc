// A real cluster in namespaces. Runs wherever namespaces are allowed.
#include "harness/platform/local/local_cluster.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "gtest/gtest.h"
#include "harness/cluster/health.h"
#include "harness/platform/local/local_platform.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

World* world = nullptr;
std::string server_path;

bool BecomesHealthy(Cluster& cluster, const std::set<std::string>& absent,
                    Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  std::string problem;
  while (MonotonicNow() < end) {
    problem = CheckHealth(cluster, absent, false).problem;
    if (problem.empty()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  ADD_FAILURE() << "still not healthy: " << problem;
  return false;
}

// One cluster serves all tests: a world has room for one.
class LocalClusterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    platform_ =
        std::make_unique<LocalPlatform>(*world, "/proc/self/exe", testing::TempDir());
    ClusterSpec spec;
    spec.server = server_path;
    spec.node_timeout_ms = 1000;
    auto deployed = platform_->Deploy(spec, 7);
    ASSERT_TRUE(deployed.ok()) << deployed.message();
    cluster_ = std::move(*deployed);
  }
  static void TearDownTestSuite() {
    cluster_.reset();
    platform_.reset();
  }
  void SetUp() override { ASSERT_TRUE(BecomesHealthy(*cluster_, {}, seconds(40))); }

  static std::unique_ptr<LocalPlatform> platform_;
  static std::unique_ptr<Cluster> cluster_;
};
std::unique_ptr<LocalPlatform> LocalClusterTest::platform_;
std::unique_ptr<Cluster> LocalClusterTest::cluster_;

TEST_F(LocalClusterTest, EveryNodeAgreesAndReplicasAreInSync) {
  const HealthReport report = CheckHealth(*cluster_, {}, true);
  EXPECT_EQ(report.views.size(), 6u);
  const ClusterView& view = report.views.begin()->second;
  EXPECT_EQ(view.OwnerOf(0)->address, "10.77.1.1");
  EXPECT_EQ(view.OwnerOf(16383)->address, "10.77.1.3");
}

TEST_F(LocalClusterTest, KilledServerRefusesAndReturnsWithItsData) {
  ProcessControl& processes = *cluster_->process_control();
  const auto set = cluster_->Command("redis-0", {"SET", "{06S}x", "1"}, seconds(2));
  ASSERT_TRUE(set.ok() && set->text == "OK") << set->text;
  ASSERT_TRUE(processes.Kill("redis-0").ok());
  ASSERT_TRUE(processes.AwaitEnd("redis-0", seconds(5)).ok());
  EXPECT_EQ(cluster_->ProbeClientPort("redis-0", seconds(1)), "connection refused");
  EXPECT_FALSE(CheckHealth(*cluster_, {}, false).Healthy());
  ASSERT_TRUE(processes.Start("redis-0").ok());
  ASSERT_TRUE(processes.Start("redis-0").ok()) << "starting twice is harmless";
  ASSERT_TRUE(BecomesHealthy(*cluster_, {}, seconds(40)));
  const auto events = cluster_->TakeObservations();
  EXPECT_GE(events.size(), 3u) << "starts and the end are observed";
}

TEST_F(LocalClusterTest, AnIsolatedHostIsSilentAndHealsTwice) {
  NetworkControl& network = *cluster_->network_control();
  ASSERT_TRUE(network.Apply("test", Isolation("redis-4")).ok());
  EXPECT_EQ(cluster_->ProbeClientPort("redis-4", milliseconds(200)), "timed out");
  const auto stopped = network.Stopped("test");
  ASSERT_TRUE(stopped.ok()) << stopped.message();
  EXPECT_GT(*stopped, 0);
  ASSERT_TRUE(network.Lift("test").ok());
  ASSERT_TRUE(network.Lift("test").ok()) << "healing twice is harmless";
  EXPECT_FALSE(network.Stopped("test").ok());
  EXPECT_EQ(cluster_->ProbeClientPort("redis-4", seconds(2)), "");
}

TEST_F(LocalClusterTest, AProbeSeesTheNetworkOfItsHost) {
  NetworkControl& network = *cluster_->network_control();
  const auto probe = [&](const std::string& from, Plane plane) {
    const auto seen = network.Probe(from, "redis-1", plane, milliseconds(200));
    return seen.ok() ? *seen : "error: " + seen.message();
  };
  EXPECT_EQ(probe("client-0", Plane::kClient), "");
  EXPECT_EQ(probe("redis-0", Plane::kBus), "");
  ASSERT_TRUE(
      network.Apply("test", {{{"redis-0"}, {"redis-1"}, Plane::kBus, false}}).ok());
  EXPECT_EQ(probe("client-0", Plane::kBus), "");
  EXPECT_EQ(probe("redis-0", Plane::kBus), "timed out");
  EXPECT_EQ(probe("redis-0", Plane::kReplication), "");
  ASSERT_TRUE(
      network.Apply("test", {{{"client-0"}, {"redis-1"}, Plane::kAll, true}}).ok());
  EXPECT_EQ(probe("client-0", Plane::kClient), "connection refused");
  EXPECT_EQ(probe("client-1", Plane::kClient), "");
  EXPECT_TRUE(network.Lift("test").ok());
  EXPECT_EQ(probe("redis-9", Plane::kBus).rfind("error: cannot enter", 0), 0u);
}

TEST_F(LocalClusterTest, APercentageOfPacketsIsStopped) {
  NetworkControl& network = *cluster_->network_control();
  ASSERT_TRUE(
      network.Apply("test", {{.from = {"redis-0"}, .to = {kEveryone}, .percent = 30}})
          .ok());
  const Nanos limit = MonotonicNow() + seconds(20);
  BlockCount count;
  while (count.stopped + count.passed < 400 && MonotonicNow() < limit) {
    (void)cluster_->Command("redis-0", {"PING"}, seconds(2));
    const auto seen = network.Count("test");
    ASSERT_TRUE(seen.ok()) << seen.message();
    count = *seen;
  }
  EXPECT_TRUE(network.Lift("test").ok());
  const double share =
      100.0 * static_cast<double>(count.stopped) /
      static_cast<double>(std::max<std::int64_t>(1, count.stopped + count.passed));
  EXPECT_GT(share, 18) << count.stopped << " of " << count.passed;
  EXPECT_LT(share, 42) << count.stopped << " of " << count.passed;
}

TEST_F(LocalClusterTest, EveryPlaneMakesRulesThatTheKernelTakes) {
  NetworkControl& network = *cluster_->network_control();
  for (const Plane plane :
       {Plane::kAll, Plane::kClient, Plane::kReplication, Plane::kBus}) {
    for (const bool refuse : {false, true}) {
      const Status applied = network.Apply(
          "test", {{{"redis-0", "client-0"}, {"redis-1"}, plane, refuse}});
      EXPECT_TRUE(applied.ok()) << applied.message();
    }
  }
  EXPECT_TRUE(network.Lift("test").ok());
}

TEST_F(LocalClusterTest, AServerThatIsAboutToEndIsStartedWhenItHas) {
  ProcessControl& processes = *cluster_->process_control();
  for (int i = 0; i < 5; ++i) {
    const std::string before = processes.Describe("redis-5");
    ASSERT_TRUE(processes.Kill("redis-5").ok());
    ASSERT_TRUE(processes.Start("redis-5").ok());
    EXPECT_NE(processes.Describe("redis-5"), before);
  }
  ASSERT_TRUE(BecomesHealthy(*cluster_, {}, seconds(40)));
}

TEST_F(LocalClusterTest, APausedServerIsStoppedAndSilentUntilItGoesOn) {
  ProcessControl& processes = *cluster_->process_control();
  ASSERT_TRUE(processes.Pause("redis-5").ok());
  const Nanos limit = MonotonicNow() + seconds(5);
  while (*processes.State("redis-5") != ProcessState::kStopped) {
    ASSERT_LT(MonotonicNow(), limit);
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_FALSE(cluster_->Command("redis-5", {"PING"}, milliseconds(200)).ok());
  ASSERT_TRUE(processes.Resume("redis-5").ok());
  ASSERT_TRUE(processes.Resume("redis-5").ok()) << "twice is harmless";
  const auto answer = cluster_->Command("redis-5", {"PING"}, seconds(5));
  EXPECT_TRUE(answer.ok()) << answer.message();
  EXPECT_EQ(*processes.State("redis-5"), ProcessState::kRunning);
}

TEST_F(LocalClusterTest, AReaddressedNodeIsReachedAtItsNewAddressOnly) {
  const Endpoint old = cluster_->ClientEndpoint("redis-5");
  std::string told;
  cluster_->OnMoved([&](const std::string& node, const Endpoint& now) {
    told = node + " " + ToString(now);
  });
  ASSERT_TRUE(cluster_->process_control()->Kill("redis-5").ok());
  ASSERT_TRUE(cluster_->process_control()->AwaitEnd("redis-5", seconds(5)).ok());
  const auto fresh = cluster_->address_control()->Readdress("redis-5");
  ASSERT_TRUE(fresh.ok()) << fresh.message();
  EXPECT_EQ(told, "redis-5 " + *fresh + ":6379");
  EXPECT_NE(*fresh, old.host);
  ASSERT_TRUE(cluster_->process_control()->Start("redis-5").ok());
  ASSERT_TRUE(BecomesHealthy(*cluster_, {}, seconds(40)));
  const auto view = CheckHealth(*cluster_, {}, false).views.at("redis-0");
  const bool seen_at_new_address =
      std::any_of(view.nodes.begin(), view.nodes.end(),
                  [&](const NodeView& node) { return node.address == *fresh; });
  EXPECT_TRUE(seen_at_new_address);
}

TEST_F(LocalClusterTest, AWipedServerComesBackWithoutKeysAndAsItself) {
  DataControl& data = *cluster_->data_control();
  const auto before = cluster_->Command("redis-4", {"CLUSTER", "MYID"}, seconds(2));
  ASSERT_TRUE(cluster_->process_control()->Kill("redis-4").ok());
  ASSERT_TRUE(cluster_->process_control()->AwaitEnd("redis-4", seconds(5)).ok());
  ASSERT_TRUE(data.Wipe("redis-4", false).ok());
  const auto conf = data.ReadNodesConf("redis-4");
  ASSERT_TRUE(conf.ok()) << conf.message();
  EXPECT_NE(conf->find("myself"), std::string::npos);
  ASSERT_TRUE(data.WriteNodesConf("redis-4", *conf).ok());
  ASSERT_TRUE(cluster_->process_control()->Start("redis-4").ok());
  ASSERT_TRUE(BecomesHealthy(*cluster_, {}, seconds(40)));
  const auto after = cluster_->Command("redis-4", {"CLUSTER", "MYID"}, seconds(2));
  EXPECT_EQ(before->text, after->text);
}

TEST(FindServerTest, SaysWhatIsWrong) {
  EXPECT_NE(FindServer("redis", "/no/such/server").message().find("/no/such/server"),
            std::string::npos);
  EXPECT_NE(FindServer("redis", "/bin/true").message().find("not a Redis or Valkey"),
            std::string::npos);
}

TEST(DeadAtStartTest, ErrorHoldsTheServersOwnWords) {
  const auto program = FindServer("redis", server_path);
  ASSERT_TRUE(program.ok()) << program.message();
  ClusterSpec spec;
  spec.config["maxmemory-policy"] = "no-such-policy";
  auto nodes = PlanNodes(spec, 8);
  nodes.resize(1);
  // Without hosts made for it: the namespace of an existing host does.
  Network network({});
  nodes[0].name = "redis-0";
  const auto cluster = LocalCluster::Start(spec, *program, nodes, network, "");
  ASSERT_FALSE(cluster.ok());
  EXPECT_NE(cluster.message().find("no-such-policy"), std::string::npos)
      << cluster.message();
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  slotquake::server_path = std::filesystem::absolute(argv[1]).string();
  return slotquake::EnterWorld([](slotquake::World& inside) {
    slotquake::world = &inside;
    return RUN_ALL_TESTS();
  });
}
