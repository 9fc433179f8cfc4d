// Every fault of the network on a real cluster in namespaces: it is proven when it was
// injected, and not when it was not.
#include <algorithm>
#include <filesystem>
#include <thread>

#include "gtest/gtest.h"
#include "harness/cluster/health.h"
#include "harness/faults/fault.h"
#include "harness/platform/local/local_platform.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

World* world = nullptr;
std::string server_path;

bool AllHold(const std::vector<Proof>& proofs) {
  return !proofs.empty() && std::all_of(proofs.begin(), proofs.end(),
                                        [](const Proof& proof) { return proof.holds; });
}

std::string ToText(const std::vector<Proof>& proofs) {
  std::string text;
  for (const Proof& proof : proofs) {
    text += (proof.holds ? "holds: " : "does NOT hold: ") + proof.what + "\n";
  }
  return text;
}

std::unique_ptr<Fault> Make(const std::string& name, const json& options) {
  const FaultType* type = FindFault(name);
  std::vector<Mistake> mistakes;
  std::unique_ptr<Fault> fault;
  OptionReader::ReadObject(options, "", &mistakes, [&](OptionReader& reader) {
    fault = type->make(ReadOptions(*type, reader));
  });
  EXPECT_TRUE(mistakes.empty()) << ToString(mistakes.front());
  return fault;
}

struct Case {
  std::string fault;
  json options;
};

std::ostream& operator<<(std::ostream& out, const Case& shown) {
  return out << shown.fault << " " << shown.options.dump();
}

// One cluster serves all tests: a world has room for one. Its node timeout is so long
// that nobody is replaced.
class NetworkFaultsTest : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    platform_ =
        std::make_unique<LocalPlatform>(*world, "/proc/self/exe", testing::TempDir());
    ClusterSpec spec;
    spec.server = server_path;
    spec.node_timeout_ms = 60'000;
    auto deployed = platform_->Deploy(spec, 7);
    ASSERT_TRUE(deployed.ok()) << deployed.message();
    cluster_ = std::move(*deployed);
    const Nanos limit = MonotonicNow() + seconds(40);
    while (!CheckHealth(*cluster_, {}, false).Healthy()) {
      ASSERT_LT(MonotonicNow(), limit) << CheckHealth(*cluster_, {}, false).problem;
      std::this_thread::sleep_for(milliseconds(10));
    }
  }
  static void TearDownTestSuite() {
    cluster_.reset();
    platform_.reset();
  }

  static FaultContext Context(const std::string& name) {
    Victim victim;
    victim.node = "redis-0";
    return {.cluster = *cluster_,
            .victims = {victim},
            .now = [] { return MonotonicNow(); },
            .name = name,
            .clients = {"client-0", "client-1"}};
  }

  static std::unique_ptr<LocalPlatform> platform_;
  static std::unique_ptr<Cluster> cluster_;
};
std::unique_ptr<LocalPlatform> NetworkFaultsTest::platform_;
std::unique_ptr<Cluster> NetworkFaultsTest::cluster_;

TEST_P(NetworkFaultsTest, IsProvenAndUndone) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context("proven");
  ASSERT_TRUE(fault->CheckSupported(*cluster_).ok())
      << fault->CheckSupported(*cluster_).message();
  ASSERT_TRUE(fault->Aim(context).ok());
  const Status injected = fault->Inject(context);
  EXPECT_TRUE(injected.ok()) << injected.message();
  const auto proofs = fault->Prove(context);
  EXPECT_TRUE(AllHold(proofs)) << ToText(proofs);
  ASSERT_TRUE(fault->Recover(context).ok());
  EXPECT_TRUE(fault->Recover(context).ok()) << "twice is harmless";
  const auto undone = fault->ProveRecovery(context);
  EXPECT_TRUE(AllHold(undone)) << ToText(undone);
}

TEST_P(NetworkFaultsTest, WithoutAnInjectionNothingIsProven) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context("nothing");
  ASSERT_TRUE(fault->Aim(context).ok());
  for (const Proof& proof : fault->Prove(context)) {
    const bool lives = proof.what.find("lives") != std::string::npos ||
                       proof.what.find("runs all the same") != std::string::npos;
    EXPECT_EQ(proof.holds, lives) << proof.what;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, NetworkFaultsTest,
    testing::Values(
        Case{"partition", json::object()}, Case{"partition", {{"direction", "from"}}},
        Case{"partition", {{"direction", "to"}}}, Case{"partition", {{"refuse", true}}},
        Case{"partition", {{"refuse", true}, {"direction", "to"}}},
        Case{"partition", {{"refuse", true}, {"direction", "from"}}},
        Case{"partition", {{"against", "nodes"}}},
        Case{"partition", {{"against", "clients"}}},
        Case{"partition", {{"plane", "bus"}}}, Case{"partition", {{"plane", "client"}}},
        Case{"partition", {{"plane", "replication"}}},
        Case{"partition", {{"with_clients", "client-1"}}},
        Case{"isolate", json::object()}, Case{"blackhole_address", json::object()},
        Case{"flap", json::object()}, Case{"loss", {{"percent", 20}}},
        Case{"loss", {{"percent", 20}, {"plane", "bus"}}},
        Case{"latency", {{"delay_ms", 30}, {"jitter_ms", 5}}},
        Case{"latency", {{"delay_ms", 30}, {"direction", "to"}, {"against", "nodes"}}},
        Case{"bandwidth", {{"rate_kbit", 2000}}},
        Case{"bandwidth", {{"rate_kbit", 2000}, {"direction", "from"}}}));

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
