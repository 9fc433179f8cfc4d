#include "harness/runner/timeline.h"

#include "gtest/gtest.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

using Diary = std::vector<std::string>;

TimelineEntry Entry(const std::string& fault, const std::string& node, int at_ms = 0,
                    const std::string& recover = "restart", int after_ms = 0) {
  TimelineEntry entry;
  entry.at_ms = at_ms;
  entry.fault = fault;
  VictimSpec victim;
  victim.node = node;
  entry.victims = {victim};
  entry.recover = {recover, after_ms};
  return entry;
}

class TimelineTest : public testing::Test {
 protected:
  std::vector<FaultRecord> Run(
      const std::vector<TimelineEntry>& entries,
      const StopRequested& stop = [] { return false; }) {
    Timeline timeline(
        cluster_, entries, cluster_.NamesById(), 1, [] { return MonotonicNow(); },
        [](const std::string&) {});
    timeline.Run(stop);
    absent_ = timeline.Absent();
    return timeline.records();
  }

  FakeCluster cluster_;
  std::set<std::string> absent_;
};

TEST_F(TimelineTest, KillIsProvenAndUndone) {
  const auto records = Run({Entry("kill", "redis-1")});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(records[0].IsProven());
  EXPECT_LE(records[0].asked, records[0].done);
  EXPECT_TRUE(records[0].recovered);
  ASSERT_EQ(records[0].victims.size(), 1u);
  EXPECT_TRUE(records[0].victims[0].was_master);
  EXPECT_EQ(ToString(records[0].victims[0].slots), "5461-10922");
  EXPECT_EQ(cluster_.diary, (Diary{"kill redis-1", "start redis-1"}));
  EXPECT_TRUE(absent_.empty());
}

TEST_F(TimelineTest, AFaultWithoutEffectIsNotProven) {
  cluster_.immortal.insert("redis-0");
  const auto records = Run({Entry("kill", "redis-0")});
  EXPECT_TRUE(records[0].injected);
  EXPECT_FALSE(records[0].IsProven()) << "its port still accepts connections";
}

TEST_F(TimelineTest, PowerCutCutsTheNetworkFirst) {
  const auto records = Run({Entry("power_cut", "redis-2")});
  EXPECT_TRUE(records[0].IsProven());
  EXPECT_EQ(cluster_.diary, (Diary{"apply fault_0 redis-2>* *>redis-2", "kill redis-2",
                                   "lift fault_0", "start redis-2"}));
}

TEST_F(TimelineTest, AFaultThatFailsHalfWayIsUndone) {
  cluster_.kill_fails = true;
  const auto records = Run({Entry("power_cut", "redis-2", 0, "none")});
  EXPECT_FALSE(records[0].injected);
  EXPECT_FALSE(records[0].IsProven());
  EXPECT_TRUE(cluster_.blocks.empty()) << "the cut came before the failure";
}

TEST_F(TimelineTest, OneInstantIsInjectedBeforeAnyOfItIsProven) {
  const auto records = Run({Entry("kill", "redis-0"), Entry("kill", "redis-1")});
  EXPECT_LT(records[1].done, records[0].proofs[0].at);
  EXPECT_EQ(cluster_.diary[1], "kill redis-1");
}

TEST_F(TimelineTest, RecoverNoneLeavesTheNodeAbsent) {
  const auto records = Run({Entry("kill", "redis-4", 0, "none")});
  EXPECT_FALSE(records[0].recovered);
  EXPECT_EQ(absent_, std::set<std::string>{"redis-4"});
  EXPECT_EQ(cluster_.diary, Diary{"kill redis-4"});
}

TEST_F(TimelineTest, AStopRecoversWhatIsBrokenAndStartsNothingMore) {
  const auto records = Run({Entry("kill", "redis-0", 0, "restart", 3'600'000),
                            Entry("kill", "redis-1", 3'600'000)},
                           [this] { return !cluster_.diary.empty(); });
  EXPECT_TRUE(records[0].recovered);
  EXPECT_FALSE(records[1].injected);
  EXPECT_EQ(cluster_.diary, (Diary{"kill redis-0", "start redis-0"}));
}

TEST_F(TimelineTest, TheJournalKnowsAFaultFromBeforeItIsThereUntilItIsUndone) {
  cluster_.has_journal = true;
  Run({Entry("kill", "redis-1"), Entry("kill", "redis-2", 0, "none")});
  EXPECT_EQ(cluster_.diary, (Diary{"note 0 redis-1", "note 1 redis-2", "kill redis-1",
                                   "kill redis-2", "start redis-1", "undone 0"}))
      << "what stays broken stays noted";
}

TEST_F(TimelineTest, WhatCanNotBeNotedIsNotInjected) {
  cluster_.has_journal = true;
  cluster_.journal_fails = true;
  const auto records = Run({Entry("kill", "redis-1")});
  EXPECT_FALSE(records[0].injected);
  EXPECT_NE(records[0].error.find("read-only"), std::string::npos) << records[0].error;
  EXPECT_EQ(cluster_.diary, Diary{"note 0 redis-1"});
}

TEST_F(TimelineTest, WhatCouldNotBeUndoneStaysNoted) {
  cluster_.has_journal = true;
  cluster_.kill_fails = true;
  cluster_.start_fails = true;
  const auto records = Run({Entry("kill", "redis-1")});
  EXPECT_FALSE(records[0].recovered);
  EXPECT_EQ(cluster_.diary, (Diary{"note 0 redis-1", "kill redis-1", "start redis-1"}));
}

TEST_F(TimelineTest, AVictimThatIsNotThereIsAnError) {
  const auto records = Run({Entry("kill", "redis-9")});
  EXPECT_FALSE(records[0].injected);
  EXPECT_NE(records[0].error.find("redis-9"), std::string::npos);
  EXPECT_TRUE(cluster_.diary.empty());
}

TEST_F(TimelineTest, StepsAreTakenUntilTheFaultIsUndoneAndAreRecorded) {
  TimelineEntry flap = Entry("flap", "redis-0", 0, "undo", 200);
  flap.options = {{"on_ms", 20}, {"off_ms", 20}};
  const auto records = Run({flap});
  EXPECT_TRUE(records[0].IsProven());
  EXPECT_TRUE(records[0].recovered);
  ASSERT_GE(records[0].steps.size(), 2u);
  for (std::size_t i = 0; i < records[0].steps.size(); ++i) {
    const FaultStep& step = records[0].steps[i];
    EXPECT_EQ(step.what, i % 2 == 0 ? "whole" : "cut");
    EXPECT_LE(records[0].done, step.asked);
    EXPECT_LE(step.asked, step.done);
    EXPECT_LE(step.done, records[0].recover_asked);
  }
  EXPECT_TRUE(cluster_.blocks.empty());
}

TEST_F(TimelineTest, AStepThatFailsIsNoProof) {
  TimelineEntry flap = Entry("flap", "redis-0", 0, "undo", 200);
  flap.options = {{"on_ms", 20}, {"off_ms", 20}};
  cluster_.lifts_that_fail = 1;
  const auto records = Run({flap});
  EXPECT_FALSE(records[0].IsProven());
  ASSERT_EQ(records[0].steps.size(), 1u);
  EXPECT_EQ(records[0].steps[0].error, "nft is busy");
  EXPECT_TRUE(records[0].recovered);
  EXPECT_TRUE(cluster_.blocks.empty());
}

TEST_F(TimelineTest, ClientsAreCutOffToo) {
  Timeline timeline(
      cluster_, {Entry("partition", "redis-0", 0, "none")}, cluster_.NamesById(), 1,
      [] { return MonotonicNow(); }, [](const std::string&) {});
  timeline.SetClients({"client-0"});
  timeline.Run([] { return false; });
  EXPECT_EQ(*cluster_.Probe("client-0", "redis-0", Plane::kAll, Nanos(0)), "timed out");
  EXPECT_EQ(timeline.records()[0].effect, fault_effect::kNetworkCut);
}

TEST_F(TimelineTest, UnsupportedFaultsAreAllNamedBeforehand) {
  cluster_.can_kill = false;
  Timeline timeline(
      cluster_, {Entry("kill", "redis-0"), Entry("power_cut", "redis-1")},
      cluster_.NamesById(), 1, [] { return MonotonicNow(); },
      [](const std::string&) {});
  const Status status = timeline.CheckSupported();
  EXPECT_NE(status.message().find("kill:"), std::string::npos);
  EXPECT_NE(status.message().find("power_cut:"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
