#include "harness/runner/trigger_watch.h"

#include "gtest/gtest.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

class TriggerWatchTest : public testing::Test {
 protected:
  TriggerWatchTest() : watch_(cluster_, cluster_.NamesById()) { Look(); }

  // So often that every node has been asked.
  void Look(const std::set<std::string>& broken = {}) {
    for (int i = 0; i < 2; ++i) watch_.Look(broken);
  }

  std::string Seen(const std::string& event, int slots = 0, Nanos since = Nanos(0)) {
    TriggerSpec when;
    when.event = event;
    when.slots = slots;
    const auto sighting = watch_.Find(when, since);
    return sighting ? sighting->what : "";
  }

  FakeCluster cluster_;
  TriggerWatch watch_;
};

TEST_F(TriggerWatchTest, AHealthyClusterShowsNothing) {
  Look();
  for (const char* event : {"election_started", "promoted", "failed", "pfail"}) {
    EXPECT_EQ(Seen(event), "") << event;
  }
  EXPECT_EQ(Seen("slots_ok", 16384), "") << "they were never fewer";
  EXPECT_EQ(Seen("slots_ok_below", 16384), "");
  EXPECT_EQ(Seen("migrated_slots", 1), "");
  EXPECT_FALSE(watch_.LastPromotion());
}

TEST_F(TriggerWatchTest, TheStepsOfAFailover) {
  const Nanos before = MonotonicNow();
  cluster_.pfailed.insert(0);
  Look({"redis-0"});
  EXPECT_NE(Seen("pfail").find("finds redis-0 unreachable"), std::string::npos);
  EXPECT_EQ(Seen("failed"), "");
  cluster_.failed.insert(0);
  Look({"redis-0"});
  EXPECT_EQ(Seen("failed"), "redis-0 is marked FAIL");
  cluster_.epoch = 4;
  Look({"redis-0"});
  EXPECT_EQ(Seen("election_started"), "the epoch rose from 3 to 4: an election");
  EXPECT_EQ(Seen("promoted"), "");
  cluster_.promoted[3] = 4;
  Look({"redis-0"});
  EXPECT_EQ(Seen("promoted"), "redis-3 was promoted (slots 0-5460, config epoch 4)");
  EXPECT_EQ(watch_.LastPromotion()->node, "redis-3");
  EXPECT_LE(watch_.LastPromotion()->not_before, watch_.LastPromotion()->at);
  EXPECT_GE(watch_.LastPromotion()->not_before, before);
  EXPECT_EQ(Seen("promoted", 0, MonotonicNow()), "") << "it is over";
  EXPECT_EQ(Seen("migrated_slots", 1), "")
      << "a failover moves no slot to another shard";
}

// Nodes that are behind say what was true before; that is no second promotion.
TEST_F(TriggerWatchTest, AViewThatIsBehindIsNoNews) {
  cluster_.promoted[3] = 7;
  Look();
  const Nanos after = MonotonicNow();
  int asked = 0;
  cluster_.on_command = [&](const std::string&) {
    if (++asked % 2 == 0) {
      cluster_.promoted.clear();
    } else {
      cluster_.promoted[3] = 7;
    }
  };
  for (int i = 0; i < 5; ++i) Look();
  EXPECT_EQ(Seen("promoted", 0, after), "");
}

TEST_F(TriggerWatchTest, SlotsThatGoAndComeAgain) {
  cluster_.slots_ok = 10923;
  Look();
  const Nanos low = MonotonicNow();
  EXPECT_EQ(Seen("slots_ok_below", 10924), "10923 slots are served");
  EXPECT_EQ(Seen("slots_ok_below", 10923), "");
  EXPECT_EQ(Seen("slots_ok", 16384), "");
  EXPECT_EQ(Seen("slots_ok_below", 16384, low), "10923 slots are served")
      << "still, though it began before";
  cluster_.slots_ok = 16384;
  Look();
  EXPECT_EQ(Seen("slots_ok", 16384), "16384 slots are served");
  EXPECT_EQ(Seen("slots_ok", 16384, low), "16384 slots are served");
  EXPECT_EQ(Seen("slots_ok_below", 16384, MonotonicNow()), "");
}

TEST_F(TriggerWatchTest, SlotsThatGoToAnotherShard) {
  cluster_.moved_slots = 100;
  Look();
  EXPECT_EQ(Seen("migrated_slots", 101), "");
  EXPECT_EQ(Seen("migrated_slots", 100), "100 slots have changed their shard");
}

TEST_F(TriggerWatchTest, ABrokenNodeIsNotAskedUnlessNobodyElseIsLeft) {
  std::set<std::string> asked;
  cluster_.on_command = [&](const std::string& node) { asked.insert(node); };
  Look({"redis-1", "redis-2"});
  EXPECT_EQ(asked, (std::set<std::string>{"redis-0", "redis-3", "redis-4", "redis-5"}));
  asked.clear();
  const auto& all = cluster_.nodes();
  Look({all.begin(), all.end()});
  EXPECT_EQ(asked.size(), 6u);
}

TEST_F(TriggerWatchTest, WhoDoesNotAnswerIsLeftAloneForAWhile) {
  cluster_.dead = {"redis-4"};
  int asked = 0;
  cluster_.on_command = [&](const std::string& node) { asked += node == "redis-4"; };
  for (int i = 0; i < 10; ++i) Look();
  EXPECT_EQ(asked, 1);
  cluster_.failed.insert(1);
  Look();
  EXPECT_EQ(Seen("failed"), "redis-1 is marked FAIL");
}

}  // namespace
}  // namespace slotquake
