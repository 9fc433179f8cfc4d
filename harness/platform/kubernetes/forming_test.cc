// With real servers, and with one that only pretends.
#include "harness/platform/kubernetes/forming.h"

#include <map>
#include <memory>

#include "gtest/gtest.h"
#include "harness/cluster/health.h"
#include "harness/redis/connection.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// Servers on loopback ports; refuses ADDSLOTSRANGE when it is to be an old version.
class LoopbackCluster : public Cluster {
 public:
  explicit LoopbackCluster(int nodes) {
    for (int i = 0; i < nodes; ++i) {
      const int port = RedisServer::FreePort();
      bus_ports_[port] = RedisServer::FreePort();
      auto server = RedisServer::Start(port, bus_ports_[port]);
      EXPECT_TRUE(server.ok()) << server.message();
      names_.push_back("redis-" + std::to_string(i));
      servers_[names_.back()] = std::move(*server);
    }
  }

  const std::vector<std::string>& nodes() const override { return names_; }
  Endpoint ClientEndpoint(const std::string& node) const override {
    return servers_.at(node)->endpoint();
  }
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override {
    if (is_old && command.size() > 1 && command[1] == "ADDSLOTSRANGE") {
      return Reply{
          .type = ReplyType::kError, .text = "ERR Unknown subcommand", .elements = {}};
    }
    std::vector<std::string> sent = command;
    if (command.size() > 1 && command[1] == "MEET") {
      // Bus ports of these servers are not 10000 above.
      sent.push_back(std::to_string(bus_ports_.at(std::stoi(command[3]))));
    }
    auto connection = Connection::Connect(ClientEndpoint(node), limit);
    if (!connection.ok()) return connection.status();
    return connection->Command(sent);
  }
  std::string ProbeClientPort(const std::string&, Nanos) override { return ""; }
  Result<std::string> ReadLog(const std::string& node) const override {
    return servers_.at(node)->Log();
  }
  std::vector<Observation> TakeObservations() override { return {}; }

  bool is_old = false;

 private:
  std::vector<std::string> names_;
  std::map<int, int> bus_ports_;  // by client port
  std::map<std::string, std::unique_ptr<RedisServer>> servers_;
};

bool Never() { return false; }

std::string WhoIsMasterOf(Cluster& cluster, const std::string& node) {
  const auto role = cluster.Command(node, {"ROLE"}, seconds(5));
  if (!role.ok() || role->elements.size() < 3) return "?";
  if (role->elements[0].text == "master") return "";
  const auto port = role->elements[2].integer;
  for (const std::string& other : cluster.nodes()) {
    if (cluster.ClientEndpoint(other).port == port) return other;
  }
  return "?";
}

class FormingTest : public testing::TestWithParam<bool> {};

TEST_P(FormingTest, ServersBecomeAHealthyCluster) {
  LoopbackCluster cluster(6);
  cluster.is_old = GetParam();
  ClusterSpec spec;
  spec.node_timeout_ms = 15000;
  const Status formed = FormCluster(cluster, spec, seconds(30), Never);
  ASSERT_TRUE(formed.ok()) << formed.message();
  HealthReport health;
  EXPECT_TRUE(WaitFor([&] {
    health = CheckHealth(cluster, {}, false);
    return health.Healthy();
  })) << health.problem;
  EXPECT_EQ("", WhoIsMasterOf(cluster, "redis-0"));
  EXPECT_EQ("redis-0", WhoIsMasterOf(cluster, "redis-3"));
  EXPECT_EQ("redis-2", WhoIsMasterOf(cluster, "redis-5"));
  const NodeView* first = health.views.at("redis-0").Myself();
  ASSERT_NE(nullptr, first);
  EXPECT_EQ((std::vector<SlotRange>{{0, 5460}}), first->slots);
}

INSTANTIATE_TEST_SUITE_P(NewAndOld, FormingTest, testing::Bool());

TEST(FormingFailsTest, ServerThatKnowsAnotherClusterIsNamed) {
  LoopbackCluster cluster(3);
  ASSERT_TRUE(
      cluster.Command("redis-1", {"CLUSTER", "SET-CONFIG-EPOCH", "9"}, seconds(5))
          .ok());
  ClusterSpec spec;
  spec.replicas_per_master = 0;
  const Status formed = FormCluster(cluster, spec, seconds(5), Never);
  ASSERT_FALSE(formed.ok());
  EXPECT_NE(std::string::npos,
            formed.message().find("redis-1: CLUSTER SET-CONFIG-EPOCH"))
      << formed.message();
}

TEST(FormingFailsTest, InterruptedOrTooLateItEnds) {
  // Nobody answers there.
  class Silent : public LoopbackCluster {
   public:
    Silent() : LoopbackCluster(1) {}
    Result<Reply> Command(const std::string&, const std::vector<std::string>&,
                          Nanos) override {
      return Status::Error("timed out");
    }
  } cluster;
  const Status late =
      FormCluster(cluster, ClusterSpec{}, std::chrono::milliseconds(200), Never);
  EXPECT_EQ(
      "the cluster can not be formed: redis-0 does not answer PING: redis-0: timed out",
      late.message());
  const Status stopped =
      FormCluster(cluster, ClusterSpec{}, seconds(60), [] { return true; });
  EXPECT_EQ("the cluster can not be formed: interrupted", stopped.message());
}

}  // namespace
}  // namespace slotquake
