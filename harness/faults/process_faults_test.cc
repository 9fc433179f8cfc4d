// The faults of processes on a cluster that is only told to be one. On real servers
// they are tested by harness/platform/local and by their scenarios.
#include <algorithm>

#include "gtest/gtest.h"
#include "harness/faults/kill.h"
#include "harness/faults/pause.h"
#include "harness/faults/power_cut.h"
#include "harness/faults/terminate.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

bool AllHold(const std::vector<Proof>& proofs) {
  return !proofs.empty() && std::all_of(proofs.begin(), proofs.end(),
                                        [](const Proof& proof) { return proof.holds; });
}

template <typename T>
class ProcessFaultTest : public testing::Test {
 protected:
  ProcessFaultTest()
      : context_{.cluster = cluster_,
                 .victims = {Named("redis-1"), Named("redis-4")},
                 .now = [] { return Nanos(0); },
                 .name = "fault_0"} {}

  static Victim Named(const std::string& node) {
    Victim victim;
    victim.node = node;
    return victim;
  }

  FakeCluster cluster_;
  FaultContext context_;
  T fault_;
};

using Faults = testing::Types<Kill, Terminate, Pause, PowerCut>;
TYPED_TEST_SUITE(ProcessFaultTest, Faults);

TYPED_TEST(ProcessFaultTest, HitsEveryVictimAndProvesIt) {
  ASSERT_TRUE(this->fault_.Inject(this->context_).ok());
  EXPECT_TRUE(AllHold(this->fault_.Prove(this->context_)));
  EXPECT_FALSE(
      this->cluster_.Command("redis-4", {"PING"}, std::chrono::seconds(1)).ok());
  ASSERT_TRUE(this->fault_.Recover(this->context_).ok());
  EXPECT_TRUE(AllHold(this->fault_.ProveRecovery(this->context_)));
}

TYPED_TEST(ProcessFaultTest, WhatHadNoEffectIsNotProven) {
  this->cluster_.immortal.insert("redis-4");
  this->cluster_.stopped = 0;
  // A platform may notice by itself.
  if (this->fault_.Inject(this->context_).ok()) {
    EXPECT_FALSE(AllHold(this->fault_.Prove(this->context_)));
  }
}

TYPED_TEST(ProcessFaultTest, UndoIsHarmlessTwiceAndWithoutAnInjection) {
  ASSERT_TRUE(this->fault_.Recover(this->context_).ok());
  ASSERT_TRUE(this->fault_.Inject(this->context_).ok());
  ASSERT_TRUE(this->fault_.Recover(this->context_).ok());
  ASSERT_TRUE(this->fault_.Recover(this->context_).ok());
  EXPECT_TRUE(AllHold(this->fault_.ProveRecovery(this->context_)));
  EXPECT_TRUE(this->cluster_.blocks.empty());
}

TYPED_TEST(ProcessFaultTest, APlatformWithoutThePowerIsNamed) {
  this->cluster_.can_kill = false;
  EXPECT_NE(this->fault_.CheckSupported(this->cluster_).message().find("processes"),
            std::string::npos);
}

}  // namespace
}  // namespace slotquake
