#include "harness/runner/timeline.h"

#include <algorithm>
#include <atomic>

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

TimelineEntry When(const TriggerSpec& when, const std::string& fault,
                   const std::string& node, int after_ms = 0) {
  TimelineEntry entry = Entry(fault, node, 0, "undo", after_ms);
  entry.when = when;
  return entry;
}

class TimelineTest : public testing::Test {
 protected:
  std::vector<FaultRecord> Run(
      const std::vector<TimelineEntry>& entries,
      const StopRequested& stop = [] { return false; }, std::uint64_t seed = 1) {
    Timeline timeline(
        cluster_, entries, cluster_.NamesById(), seed, [] { return MonotonicNow(); },
        [this](const std::string& text) { said_.push_back(text); },
        {.limit = std::chrono::milliseconds(40),
         .first_pause = std::chrono::milliseconds(1),
         .longest_pause = std::chrono::milliseconds(8)});
    timeline.Run(stop);
    absent_ = timeline.Absent();
    stuck_ = timeline.stuck();
    return timeline.records();
  }

  // Has something happen to the cluster when redis-0 is dead and some looks went by.
  void AfterTheKill(const std::function<void()>& happen) {
    cluster_.on_command = [this, happen](const std::string&) {
      if (cluster_.dead.contains("redis-0") && ++commands_ == 40) happen();
    };
  }

  FakeCluster cluster_;
  int commands_ = 0;
  std::set<std::string> absent_;
  std::string stuck_;
  Diary said_;
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

// What lies between the harness and the process is no uncertainty of the fault.
TEST_F(TimelineTest, WhatThePlatformHasMeasuredNarrowsTheInterval) {
  const Nanos long_ago = MonotonicNow() - std::chrono::hours(1);
  const Nanos far_off = MonotonicNow() + std::chrono::hours(1);
  cluster_.measured = EffectTime{long_ago, far_off};
  const FaultRecord within = Run({Entry("kill", "redis-0")}).at(0);
  EXPECT_GT(within.asked, long_ago) << "never before it was asked for";
  EXPECT_LT(within.done, far_off) << "nor after the call's return";

  cluster_.measured = EffectTime{far_off, far_off};
  const FaultRecord late = Run({Entry("kill", "redis-0")}).at(0);
  EXPECT_EQ(late.asked, late.done);
  cluster_.measured = EffectTime{long_ago, long_ago};
  const FaultRecord early = Run({Entry("kill", "redis-0")}).at(0);
  EXPECT_EQ(early.asked, early.done);
  EXPECT_GT(early.asked, late.done);

  cluster_.measured = EffectTime{far_off, far_off};
  const FaultRecord begun = Run({Entry("pause", "redis-0")}).at(0);
  EXPECT_EQ(begun.asked, begun.done);

  cluster_.measured_cut = EffectTime{far_off, far_off};
  const FaultRecord cut = Run({Entry("partition", "redis-0")}).at(0);
  EXPECT_EQ(cut.asked, cut.done);
}

// Its effect begins with the cut, and is not over before the process has ended.
TEST_F(TimelineTest, APowerCutIsMeasuredFromTheCutToTheEndOfTheProcess) {
  const Nanos long_ago = MonotonicNow() - std::chrono::hours(1);
  const Nanos far_off = MonotonicNow() + std::chrono::hours(1);
  const auto is_instant = [this](auto cut, auto end) {
    cluster_.measured_cut = cut;
    cluster_.measured = end;
    const FaultRecord record = Run({Entry("power_cut", "redis-0")}).at(0);
    return record.asked == record.done;
  };
  const EffectTime early{long_ago, long_ago};
  const EffectTime late{far_off, far_off};
  EXPECT_TRUE(is_instant(late, late));
  EXPECT_FALSE(is_instant(early, late));
  EXPECT_FALSE(is_instant(std::nullopt, late));
  EXPECT_FALSE(is_instant(late, std::nullopt));
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
  EXPECT_EQ(cluster_.diary[2], "start redis-1");
  EXPECT_EQ(std::count(cluster_.diary.begin(), cluster_.diary.end(), "undone 0"), 0);
}

TEST_F(TimelineTest, AVictimThatIsNotThereIsAnError) {
  const auto records = Run({Entry("kill", "redis-9")});
  EXPECT_FALSE(records[0].injected);
  EXPECT_NE(records[0].error.find("redis-9"), std::string::npos);
  EXPECT_TRUE(cluster_.diary.empty());
}

TEST_F(TimelineTest, ARecoveryThatFailsIsTriedAgain) {
  cluster_.start_fails_times = 3;
  const auto records = Run({Entry("kill", "redis-1")});
  EXPECT_TRUE(records[0].recovered);
  EXPECT_EQ(records[0].error, "");
  EXPECT_EQ(stuck_, "");
  EXPECT_EQ(std::count(cluster_.diary.begin(), cluster_.diary.end(), "start redis-1"),
            4);
}

TEST_F(TimelineTest, WhatCanNotBeUndoneEndsTheRun) {
  cluster_.start_fails = true;
  const auto records =
      Run({Entry("kill", "redis-1"), Entry("pause", "redis-2", 0, "undo", 3'600'000),
           Entry("kill", "redis-0", 3'600'000)});
  EXPECT_FALSE(records[0].recovered);
  EXPECT_TRUE(records[0].recovery_wanted);
  EXPECT_NE(stuck_.find("kill of redis-1 could not be undone: no such program"),
            std::string::npos)
      << stuck_;
  EXPECT_TRUE(records[1].recovered) << "the rest is undone all the same";
  EXPECT_FALSE(records[2].injected);
  EXPECT_NE(records[2].error.find("redis-1 could not be undone"), std::string::npos)
      << records[2].error;
  EXPECT_GT(std::count(cluster_.diary.begin(), cluster_.diary.end(), "start redis-1"),
            2);
}

TEST_F(TimelineTest, FaultsOnOneNodeAreUndoneInReverse) {
  Run({Entry("pause", "redis-0", 0, "undo", 3'600'000),
       Entry("power_cut", "redis-0", 1, "undo", 3'600'000)},
      [this] { return cluster_.dead.contains("redis-0"); });
  EXPECT_EQ(cluster_.diary,
            (Diary{"pause redis-0", "apply fault_1 redis-0>* *>redis-0", "kill redis-0",
                   "lift fault_1", "start redis-0", "resume redis-0"}));
}

TEST_F(TimelineTest, APeriodicEntryIsInjectedAnewEachTime) {
  TimelineEntry entry = Entry("kill", "redis-0", 0, "undo", 1);
  entry.times = 3;
  entry.every_ms = 30;
  const auto records = Run({entry});
  ASSERT_EQ(records.size(), 3u);
  for (const FaultRecord& record : records) {
    EXPECT_TRUE(record.IsProven() && record.recovered) << record.error;
  }
  EXPECT_GE(records[1].asked - records[0].asked, std::chrono::milliseconds(25));
  EXPECT_GE(records[2].asked, records[1].recover_done);
}

TEST_F(TimelineTest, ThePromotedNodeIsHitAsSoonAsItIsSeen) {
  AfterTheKill([this] { cluster_.promoted[3] = cluster_.epoch = 7; });
  TimelineEntry second = When({.event = "promoted"}, "kill", "");
  second.victims[0].promoted = true;
  const auto records = Run({Entry("kill", "redis-0", 0, "undo", 500), second});
  ASSERT_TRUE(records[1].injected) << records[1].error;
  EXPECT_EQ(records[1].victims[0].node, "redis-3");
  EXPECT_TRUE(records[1].victims[0].was_master);
  EXPECT_EQ(records[1].triggered_by,
            "redis-3 was promoted (slots 0-5460, config epoch 7)");
  EXPECT_GT(records[1].triggered_at, records[0].done);
  EXPECT_LE(records[1].triggered_at, records[1].asked);
  EXPECT_EQ(records[0].triggered_by, "");
}

// Kills, and returns when the watch has asked a good many times since.
class SlowToKill : public FakeCluster {
 public:
  Status Kill(const std::string& node) override {
    Status killed = FakeCluster::Kill(node);
    AwaitAsked();
    return killed;
  }

  // Waits until nodes were asked twenty times more; false if they were not.
  bool AwaitAsked() {
    const int before = asked;
    return !SleepUntil(MonotonicNow() + std::chrono::seconds(20),
                       [&] { return asked.load() > before + 20; });
  }

  std::atomic<int> asked{0};
};

TEST(TimelineWatchTest, WhatIsSeenWhileTheRunnerIsBusyHasItsOwnTime) {
  SlowToKill cluster;
  std::atomic<bool> happen{false};
  cluster.on_command = [&](const std::string&) {
    ++cluster.asked;
    if (happen) cluster.promoted[3] = cluster.epoch = 7;
  };
  TimelineEntry second = When({.event = "promoted"}, "kill", "");
  second.victims[0].promoted = true;
  Nanos free_again{0};
  Timeline timeline(
      cluster, {Entry("kill", "redis-0", 0, "undo", 500), second}, cluster.NamesById(),
      1, [] { return MonotonicNow(); },
      [&](const std::string& text) {
        if (text.find("redis-0") == std::string::npos || happen) return;
        happen = true;
        EXPECT_TRUE(cluster.AwaitAsked());
        free_again = MonotonicNow();
      });
  timeline.Run([] { return false; });
  const FaultRecord& killed = timeline.records()[1];
  ASSERT_TRUE(killed.injected) << killed.error;
  EXPECT_EQ(killed.victims[0].node, "redis-3");
  EXPECT_LT(killed.triggered_at, free_again) << "seen while a proof was told";
  EXPECT_GT(killed.asked, free_again);
}

TEST(TimelineWatchTest, WhatAFaultBringsAboutBeforeItIsDoneIsSinceIt) {
  SlowToKill cluster;
  cluster.on_command = [&](const std::string&) {
    ++cluster.asked;
    if (cluster.dead.contains("redis-0")) cluster.failed.insert(0);
  };
  TriggerSpec when = {.event = "failed"};
  when.since = 0;
  when.limit_ms = 20'000;
  Timeline timeline(
      cluster,
      {Entry("kill", "redis-0", 0, "undo", 500), When(when, "pause", "redis-1")},
      cluster.NamesById(), 1, [] { return MonotonicNow(); }, [](const std::string&) {});
  timeline.Run([] { return false; });
  const auto& records = timeline.records();
  ASSERT_TRUE(records[1].injected) << records[1].error;
  EXPECT_GT(records[1].triggered_at, records[0].asked);
  EXPECT_LT(records[1].triggered_at, records[0].done);
}

TEST_F(TimelineTest, WhatIsNeverSeenIsAnErrorAndNotInjected) {
  TriggerSpec when = {.event = "failed"};
  when.limit_ms = 30;
  const auto records = Run({Entry("kill", "redis-0"), When(when, "kill", "redis-1")});
  EXPECT_TRUE(records[0].recovered);
  EXPECT_FALSE(records[1].injected);
  EXPECT_EQ(records[1].error, "what it waits for was not seen within 30 ms: failed");
  EXPECT_EQ(std::count(cluster_.diary.begin(), cluster_.diary.end(), "kill redis-1"),
            0);
}

TEST_F(TimelineTest, AnEntryWaitsForAnotherOnesRecoveryAndItsOwnDelay) {
  TriggerSpec when = {.event = "fault", .entry = 0, .is = "recovered"};
  when.after_ms = 20;
  TimelineEntry second = When(when, "pause", "");
  second.victims[0].victim_of = 0;
  const auto records = Run({Entry("kill", "redis-4"), second});
  ASSERT_TRUE(records[1].injected) << records[1].error;
  EXPECT_EQ(records[1].victims[0].node, "redis-4");
  EXPECT_EQ(records[1].triggered_by, "kill (entry 0) was undone");
  EXPECT_GE(records[1].asked - records[0].recover_done, std::chrono::milliseconds(20));
}

TEST_F(TimelineTest, OnlyWhatHappensSinceAnEntryCounts) {
  cluster_.on_command = [this](const std::string&) {
    ++commands_;
    if (commands_ == 20) cluster_.failed.insert(5);
    if (commands_ == 40) cluster_.epoch = 4;
    if (!cluster_.dead.contains("redis-0")) commands_ = std::min(commands_, 60);
    if (commands_ == 90) cluster_.failed.insert(0);
  };
  TriggerSpec when = {.event = "failed"};
  when.since = 0;
  const auto records = Run({When({.event = "election_started"}, "kill", "redis-0", 900),
                            When(when, "pause", "redis-1")});
  ASSERT_TRUE(records[1].injected) << records[1].error;
  EXPECT_EQ(records[1].triggered_by, "redis-0 is marked FAIL");
}

TEST_F(TimelineTest, ARecoveryIsProvenWhenNothingElseHoldsTheNode) {
  const auto records = Run({Entry("power_cut", "redis-2", 0, "undo", 40),
                            Entry("pause", "redis-2", 5, "undo", 1)});
  EXPECT_TRUE(records[0].recovered);
  EXPECT_TRUE(records[1].recovered);
  ASSERT_FALSE(records[1].recovery_proofs.empty());
  EXPECT_LT(records[1].recover_done, records[0].recover_asked);
  EXPECT_GT(records[1].recovery_proofs[0].at, records[0].recover_done)
      << "no answer could come before";
}

TEST_F(TimelineTest, ANodeThatIsToStayDeadNeedNotProveThatSomethingElseIsUndone) {
  const auto records = Run(
      {Entry("kill", "redis-2", 0, "none"), Entry("pause", "redis-2", 5, "undo", 1)});
  EXPECT_FALSE(records[0].recovered);
  EXPECT_TRUE(records[1].recovered);
  EXPECT_EQ(stuck_, "");
}

TEST_F(TimelineTest, VictimsThatAreNotKnownYetAreAnError) {
  TimelineEntry promoted = Entry("kill", "");
  promoted.victims[0].promoted = true;
  TimelineEntry same = Entry("kill", "");
  same.victims[0].victim_of = 2;
  const auto records = Run({promoted, same, Entry("kill", "redis-0", 20)});
  EXPECT_EQ(records[0].error, "nobody was seen being promoted");
  EXPECT_EQ(records[1].error, "entry 2 has no victims yet");
}

TEST_F(TimelineTest, AChoiceByChanceFollowsTheSeedAndNotTheOthers) {
  const auto chosen = [this](std::uint64_t seed,
                             const std::vector<std::string>& before) {
    std::vector<TimelineEntry> entries(2, Entry("pause", ""));
    for (std::size_t i = 0; i < 2; ++i) {
      entries[i].victims[0].role = "any";
      entries[i].victims[0].pick = "random";
    }
    if (!before.empty()) entries[0] = Entry("pause", before[0]);
    return Run(
               entries, [] { return false; }, seed)[1]
        .victims[0]
        .node;
  };
  std::set<std::string> nodes;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    nodes.insert(chosen(seed, {}));
    EXPECT_EQ(chosen(seed, {}), chosen(seed, {"redis-5"})) << seed;
  }
  EXPECT_GT(nodes.size(), 3u);
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

// A promotion is known to the new master first.
TEST_F(TimelineTest, AVictimIsAsTheNewestViewHasIt) {
  cluster_.on_command = [this](const std::string& node) {
    cluster_.promoted.clear();
    if (node == "redis-3") cluster_.promoted[3] = 9;
  };
  const auto records = Run({Entry("kill", "redis-3")});
  ASSERT_EQ(records[0].victims.size(), 1u);
  EXPECT_TRUE(records[0].victims[0].was_master);
  EXPECT_EQ(records[0].victims[0].config_epoch, 9);
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
      cluster_,
      {Entry("kill", "redis-0"), Entry("power_cut", "redis-1"),
       Entry("kill", "redis-2")},
      cluster_.NamesById(), 1, [] { return MonotonicNow(); },
      [](const std::string&) {});
  const std::string message = timeline.CheckSupported().message();
  EXPECT_EQ(message.rfind("kill:", 0), 0u) << message;
  EXPECT_NE(message.find("\npower_cut:"), std::string::npos) << message;
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1) << "each reason once";
}

}  // namespace
}  // namespace slotquake
