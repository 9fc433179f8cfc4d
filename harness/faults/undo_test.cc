// The way back of the faults of processes and networks, on a real cluster: when the
// victim died meanwhile, when the fault was injected half or not at all, and twice.
#include <sstream>
#include <thread>

#include "gtest/gtest.h"
#include "harness/base/subprocess.h"
#include "harness/cluster/health.h"
#include "harness/faults/testing/real_cluster.h"
#include "harness/testing/failing_cluster.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kVictim = "redis-0";

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

class UndoTest : public RealClusterTest,
                 public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    RealClusterTest::SetUp();
    fault_ = Make(GetParam(), nlohmann::json::object());
    const Status supported = fault_->CheckSupported(cluster());
    ASSERT_TRUE(supported.ok()) << supported.message();
    ExpectAsBefore();
  }

  static FaultContext Context(Cluster& broken) {
    Victim victim;
    victim.node = kVictim;
    victim.was_master = true;
    return {.cluster = broken,
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
    while (!(problem = CheckHealth(cluster(), {}, false).problem).empty() &&
           MonotonicNow() < limit) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(problem, "");
    const auto state = cluster().process_control()->State(kVictim);
    EXPECT_TRUE(state.ok() && *state == ProcessState::kRunning);
  }

  std::unique_ptr<Fault> fault_;
};

TEST_P(UndoTest, Twice) {
  FaultContext context = Context(cluster());
  ASSERT_TRUE(fault_->Aim(context).ok());
  const Status injected = fault_->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  EXPECT_TRUE(fault_->Recover(context).ok());
  const Status again = fault_->Recover(context);
  EXPECT_TRUE(again.ok()) << again.message();
  ExpectUndone(context);
}

TEST_P(UndoTest, WhenItWasNotInjected) {
  FaultContext context = Context(cluster());
  ASSERT_TRUE(fault_->Aim(context).ok());
  const Status undone = fault_->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  ExpectAsBefore();
}

// It may say that it could not be undone while nobody is there; it must not hang, it
// must leave no rule, and it can be undone when somebody is there again.
TEST_P(UndoTest, WhenTheVictimDied) {
  ProcessControl& processes = *cluster().process_control();
  FaultContext context = Context(cluster());
  ASSERT_TRUE(fault_->Aim(context).ok());
  const Status injected = fault_->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  if (*processes.State(kVictim) != ProcessState::kGone) {
    Kill(kVictim);
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
      fault_ = Make(GetParam(), nlohmann::json::object());
      FailingCluster failing(cluster(), call, did_it);
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
  return slotquake::RealClusterTest::Main(argc, argv, slotquake::kNobodyIsReplacedMs);
}
