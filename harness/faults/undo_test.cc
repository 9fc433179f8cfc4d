// The way back of the faults of processes and networks, on a real cluster: when the
// victim died meanwhile, when the fault was injected half or not at all, and twice.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "gtest/gtest.h"
#include "harness/base/subprocess.h"
#include "harness/cluster/health.h"
#include "harness/faults/fault.h"
#include "harness/platform/local/local_platform.h"
#include "harness/testing/failing_cluster.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kVictim = "redis-0";

World* world = nullptr;
std::string server_path;

std::unique_ptr<Fault> Make(const FaultType& type) {
  std::vector<Mistake> mistakes;
  std::unique_ptr<Fault> fault;
  OptionReader::ReadObject(
      nlohmann::json::object(), "", &mistakes,
      [&](OptionReader& reader) { fault = type.make(ReadOptions(type, reader)); });
  return mistakes.empty() ? std::move(fault) : nullptr;
}

// Those after which the same nodes are masters: one cluster serves all tests.
const char* const kFaults[] = {"kill",
                               "terminate",
                               "pause",
                               "power_cut",
                               "partition",
                               "isolate",
                               "blackhole_address",
                               "flap",
                               "latency",
                               "loss",
                               "bandwidth",
                               "restart",
                               "restart_empty",
                               "restart_new_address"};

// What rules, queues and shapes are in force in the switch.
std::string RulesInForce() {
  std::string rules;
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"nft", "list", "tables"}, {"iptables-legacy-save"}, {"tc", "qdisc"}}) {
    const auto text = RunCommand(command);
    EXPECT_TRUE(text.ok()) << text.message();
    std::istringstream lines(text.ok() ? *text : "");
    for (std::string line; std::getline(lines, line);) {
      const bool ours = line.find("slotquake_") != std::string::npos ||
                        line.find("NFQUEUE") != std::string::npos ||
                        line.find("tbf") != std::string::npos;
      if (ours) rules += line + "\n";
    }
  }
  return rules;
}

// One cluster serves all tests: a world has room for one. Its node timeout is so long
// that nobody is replaced.
class UndoTest : public testing::TestWithParam<const char*> {
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
  }
  static void TearDownTestSuite() {
    cluster_.reset();
    platform_.reset();
  }

  void SetUp() override {
    fault_ = Make(*FindFault(GetParam()));
    const Status supported = fault_->CheckSupported(*cluster_);
    ASSERT_TRUE(supported.ok()) << supported.message();
    ExpectAsBefore();
  }

  static FaultContext Context(Cluster& cluster) {
    Victim victim;
    victim.node = kVictim;
    victim.was_master = true;
    return {.cluster = cluster,
            .victims = {victim},
            .now = [] { return MonotonicNow(); },
            .name = "undo",
            .clients = {"client-0"},
            .patience = seconds(30)};
  }

  // A recovery is proven soon, not at once: links have to be made anew.
  void ExpectUndone(FaultContext& context) {
    const Nanos limit = MonotonicNow() + seconds(60);
    std::string wrong;
    do {
      wrong.clear();
      for (const Proof& proof : fault_->ProveRecovery(context)) {
        if (!proof.holds) wrong += proof.what + "\n";
      }
    } while (!wrong.empty() && MonotonicNow() < limit);
    EXPECT_EQ(wrong, "");
    ExpectAsBefore();
  }

  static void ExpectAsBefore() {
    EXPECT_EQ(RulesInForce(), "");
    const Nanos limit = MonotonicNow() + seconds(60);
    std::string problem;
    while (!(problem = CheckHealth(*cluster_, {}, false).problem).empty() &&
           MonotonicNow() < limit) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(problem, "");
    const auto state = cluster_->process_control()->State(kVictim);
    EXPECT_TRUE(state.ok() && *state == ProcessState::kRunning);
  }

  std::unique_ptr<Fault> fault_;
  static std::unique_ptr<LocalPlatform> platform_;
  static std::unique_ptr<Cluster> cluster_;
};
std::unique_ptr<LocalPlatform> UndoTest::platform_;
std::unique_ptr<Cluster> UndoTest::cluster_;

TEST_P(UndoTest, Twice) {
  FaultContext context = Context(*cluster_);
  ASSERT_TRUE(fault_->Aim(context).ok());
  const Status injected = fault_->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  EXPECT_TRUE(fault_->Recover(context).ok());
  const Status again = fault_->Recover(context);
  EXPECT_TRUE(again.ok()) << again.message();
  ExpectUndone(context);
}

TEST_P(UndoTest, WhenItWasNotInjected) {
  FaultContext context = Context(*cluster_);
  ASSERT_TRUE(fault_->Aim(context).ok());
  const Status undone = fault_->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  ExpectAsBefore();
}

// It may say that it could not be undone while nobody is there; it must not hang, it
// must leave no rule, and it can be undone when somebody is there again.
TEST_P(UndoTest, WhenTheVictimDied) {
  ProcessControl& processes = *cluster_->process_control();
  FaultContext context = Context(*cluster_);
  ASSERT_TRUE(fault_->Aim(context).ok());
  const Status injected = fault_->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  if (*processes.State(kVictim) != ProcessState::kGone) {
    ASSERT_TRUE(processes.Kill(kVictim).ok());
    ASSERT_TRUE(processes.AwaitEnd(kVictim, seconds(30)).ok());
  }
  const Nanos begin = MonotonicNow();
  const Status undone = fault_->Recover(context);
  EXPECT_LT(MonotonicNow() - begin, seconds(60));
  EXPECT_EQ(RulesInForce(), "") << undone.message();
  if (*processes.State(kVictim) == ProcessState::kGone) {
    const Status started = processes.Start(kVictim);
    ASSERT_TRUE(started.ok()) << started.message();
  }
  const Status again = fault_->Recover(context);
  EXPECT_TRUE(again.ok()) << again.message();
  ExpectUndone(context);
}

// Each of the calls that break something fails in turn, having done nothing or all.
TEST_P(UndoTest, WhenItWasInjectedHalf) {
  for (const bool did_it : {false, true}) {
    for (int call = 1;; ++call) {
      SCOPED_TRACE("call " + std::to_string(call) + (did_it ? ", done" : ", not done"));
      fault_ = Make(*FindFault(GetParam()));
      FailingCluster failing(*cluster_, call, did_it);
      FaultContext context = Context(failing);
      ASSERT_TRUE(fault_->Aim(context).ok());
      const Status injected = fault_->Inject(context);
      if (failing.HasFailed()) {
        EXPECT_FALSE(injected.ok()) << "it did not tell that it had failed";
      }
      const Status undone = fault_->Recover(context);
      EXPECT_TRUE(undone.ok()) << undone.message();
      ExpectAsBefore();
      if (!failing.HasFailed() || HasFailure()) break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, UndoTest, testing::ValuesIn(kFaults),
                         [](const auto& shown) { return std::string(shown.param); });

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
