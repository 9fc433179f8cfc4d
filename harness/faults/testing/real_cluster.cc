#include "harness/faults/testing/real_cluster.h"

#include <filesystem>
#include <thread>

#include "harness/cluster/health.h"
#include "harness/cluster/node_selector.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

World* world = nullptr;
ClusterSpec spec;
std::unique_ptr<LocalPlatform> platform;
std::unique_ptr<Cluster> deployed;

}  // namespace

int RealClusterTest::Main(int argc, char** argv, int node_timeout_ms,
                          bool interposes_calls) {
  testing::InitGoogleTest(&argc, argv);
  spec.server = std::filesystem::absolute(argv[1]).string();
  spec.node_timeout_ms = node_timeout_ms;
  spec.interposes_calls = interposes_calls;
  return EnterWorld([](World& inside) {
    world = &inside;
    const int result = RUN_ALL_TESTS();
    deployed.reset();
    platform.reset();
    return result;
  });
}

void RealClusterTest::SetUpTestSuite() {
  if (deployed != nullptr) return;
  platform =
      std::make_unique<LocalPlatform>(*world, "/proc/self/exe", testing::TempDir());
  auto cluster = platform->Deploy(spec, 7);
  ASSERT_TRUE(cluster.ok()) << cluster.message();
  deployed = std::move(*cluster);
}

void RealClusterTest::SetUp() {
  ASSERT_NE(deployed, nullptr);
  AwaitHealth();
}

Cluster& RealClusterTest::cluster() { return *deployed; }

void RealClusterTest::AwaitHealth() {
  const Nanos limit = MonotonicNow() + seconds(90);
  std::string problem;
  do {
    problem = CheckHealth(*deployed, {}, false).problem;
    if (problem.empty()) return;
    std::this_thread::sleep_for(milliseconds(20));
  } while (MonotonicNow() < limit);
  FAIL() << "the cluster is not healthy: " << problem;
}

std::unique_ptr<Fault> RealClusterTest::Make(const std::string& name,
                                             const nlohmann::json& options) {
  const FaultType* type = FindFault(name);
  std::unique_ptr<Fault> fault;
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(options, "", &mistakes, [&](OptionReader& reader) {
    fault = type->make(ReadOptions(*type, reader));
  });
  EXPECT_TRUE(mistakes.empty()) << ToString(mistakes.front());
  return fault;
}

FaultContext RealClusterTest::ContextFor(const VictimSpec& victim) {
  const HealthReport health = CheckHealth(*deployed, {}, false);
  std::map<std::string, std::string> names;
  for (const auto& [name, view] : health.views) names[view.Myself()->id] = name;
  Rng rng(1);
  const auto victims =
      SelectVictims({victim}, health.views.begin()->second, names, rng);
  EXPECT_TRUE(victims.ok()) << victims.message();
  return {.cluster = *deployed,
          .victims = *victims,
          .now = [] { return MonotonicNow(); },
          .name = "fault_0"};
}

void RealClusterTest::Kill(const std::string& node) {
  ASSERT_TRUE(deployed->process_control()->Kill(node).ok());
  ASSERT_TRUE(deployed->process_control()->AwaitEnd(node, seconds(5)).ok());
}

std::string Unproven(const std::vector<Proof>& proofs) {
  if (proofs.empty()) return "there is no proof";
  std::string text;
  for (const Proof& proof : proofs) {
    if (!proof.holds) text += "does NOT hold: " + proof.what + "\n";
  }
  return text;
}

}  // namespace slotquake
