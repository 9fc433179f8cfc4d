// Every fault of pods and machines on a real kind cluster: what it says that it did is
// what the API, the engine and the servers say.
#include <algorithm>

#include "gtest/gtest.h"
#include "harness/faults/fault.h"
#include "harness/platform/kubernetes/kind_fixture.h"

namespace slotquake {
namespace {

using nlohmann::json;

std::string TextOf(const std::vector<Proof>& proofs) {
  std::string text;
  for (const Proof& proof : proofs) {
    text += (proof.holds ? "holds: " : "DOES NOT: ") + proof.what + "\n";
  }
  return text;
}

bool AllHold(const std::vector<Proof>& proofs) {
  return !proofs.empty() && std::all_of(proofs.begin(), proofs.end(),
                                        [](const Proof& proof) { return proof.holds; });
}

struct Case {
  const char* fault;
  const char* options;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.fault; }

class PodFaultsKindTest : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    auto redis = KindRedis::Deploy("slotquake-test-faults", json::object());
    ASSERT_TRUE(redis.ok()) << redis.message();
    redis_ = redis->release();
  }
  static void TearDownTestSuite() { delete redis_; }

  static KindRedis* redis_;
};

KindRedis* PodFaultsKindTest::redis_ = nullptr;

TEST_P(PodFaultsKindTest, IsProvenAndUndone) {
  ASSERT_NE(redis_, nullptr);
  const FaultType* type = FindFault(GetParam().fault);
  std::unique_ptr<Fault> fault;
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(
      json::parse(GetParam().options), "", &mistakes,
      [&](OptionReader& reader) { fault = type->make(ReadOptions(*type, reader)); });
  ASSERT_TRUE(mistakes.empty());
  FaultContext context = {.cluster = *redis_,
                          .victims = {},
                          .now = [] { return MonotonicNow(); },
                          .name = "fault_0"};
  const auto name = [&](const std::vector<std::string>& nodes) {
    context.victims.clear();
    for (const std::string& node : nodes) {
      context.victims.emplace_back();
      context.victims.back().node = node;
    }
  };
  name(type->whole_cluster ? redis_->nodes() : std::vector<std::string>{"redis-1"});
  ASSERT_TRUE(fault->CheckSupported(*redis_).ok())
      << fault->CheckSupported(*redis_).message();
  const auto hit = fault->Aim(context);
  ASSERT_TRUE(hit.ok()) << hit.message();
  name(*hit);
  const Nanos asked = MonotonicNow();
  const Status injected = fault->Inject(context);
  const Nanos done = MonotonicNow();
  EXPECT_TRUE(injected.ok()) << injected.message();
  std::printf("%s: [asked, done] is %.0f ms\n", fault->Describe(context).c_str(),
              ToMillis(done - asked));
  const auto proofs = fault->Prove(context);
  std::printf("%s", TextOf(proofs).c_str());
  EXPECT_TRUE(AllHold(proofs)) << TextOf(proofs);
  const Status recovered = fault->Recover(context);
  EXPECT_TRUE(recovered.ok()) << recovered.message();
  const auto undone = fault->ProveRecovery(context);
  std::printf("%s", TextOf(undone).c_str());
  EXPECT_TRUE(AllHold(undone)) << TextOf(undone);
  EXPECT_TRUE(fault->Recover(context).ok()) << "a second time";
}

const Case kCases[] = {
    {"pod_delete", "{}"},
    {"pod_delete", R"({"forced": true})"},
    {"all_pods_delete", R"({"grace_seconds": 2})"},
    {"rollout_restart", "{}"},
    {"scale_down", R"({"by": 1})"},
    {"scale_down", R"({"to": 1})"},
    {"node_pause", "{}"},
    {"node_partition", "{}"},
    {"node_drain", "{}"},
    {"node_stop", "{}"},
};

INSTANTIATE_TEST_SUITE_P(All, PodFaultsKindTest, testing::ValuesIn(kCases),
                         [](const auto& one) {
                           return std::string(one.param.fault) + "_" +
                                  std::to_string(one.index);
                         });

TEST(PodFaultsKind, TheControlPlaneAndTheObserversMachineAreLeftAlone) {
  auto redis = KindRedis::Deploy("slotquake-test-protected", json::object());
  ASSERT_TRUE(redis.ok()) << redis.message();
  const auto kind = KindCluster::Of(Kubectl(KindTarget()));
  ASSERT_TRUE(kind.ok()) << kind.message();
  EXPECT_NE((*redis)
                ->machines()
                .WhyProtected(kind->name() + "-control-plane")
                .find("control plane"),
            std::string::npos);
  const auto machine = (*redis)->machines().MachineOf("redis-0");
  ASSERT_TRUE(machine.ok());
  EXPECT_EQ((*redis)->machines().WhyProtected(*machine), "");
  ASSERT_TRUE((*redis)
                  ->kubectl()
                  .Run({"label", "pod", "redis-cluster-0",
                        "app.kubernetes.io/component=worker"})
                  .ok());
  EXPECT_NE((*redis)->machines().WhyProtected(*machine).find("redis-cluster-0"),
            std::string::npos);
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string wrong = slotquake::ReadKindArguments(argc, argv);
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 1;
  }
  return RUN_ALL_TESTS();
}
