#include "harness/runner/watch_thread.h"

#include <atomic>

#include "gtest/gtest.h"
#include "harness/runner/stop.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

constexpr Nanos kLimit = std::chrono::seconds(20);

class WatchThreadTest : public testing::Test {
 protected:
  // Whether the event is seen before the limit.
  bool AwaitSeen(const std::string& event) {
    const TriggerSpec when = {.event = event};
    const Nanos limit = MonotonicNow() + kLimit;
    for (std::uint64_t known = watch_.news(); MonotonicNow() < limit;
         known = watch_.news()) {
      if (watch_.Find(when, Nanos(0))) return true;
      watch_.AwaitNews(known, limit - MonotonicNow());
    }
    return false;
  }

  FakeCluster cluster_;
  TriggerWatch watch_{cluster_, cluster_.NamesById()};
};

TEST_F(WatchThreadTest, WhatWasThereAtTheStartIsNoNews) {
  cluster_.failed.insert(1);
  std::atomic<int> asked{0};
  cluster_.on_command = [&](const std::string&) {
    if (++asked == 40) cluster_.pfailed.insert(2);
  };
  WatchThread thread(watch_);
  thread.Start();
  EXPECT_TRUE(AwaitSeen("pfail"));
  EXPECT_FALSE(watch_.Find({.event = "failed"}, Nanos(0)));
}

TEST_F(WatchThreadTest, ItSeesWhileNobodyAsks) {
  Nanos happened{0};
  std::atomic<int> asked{0};
  cluster_.on_command = [&](const std::string&) {
    if (++asked != 40) return;
    happened = MonotonicNow();
    cluster_.promoted[3] = cluster_.epoch = 7;
  };
  WatchThread thread(watch_);
  thread.Start();
  // Busy with something else.
  SleepUntil(MonotonicNow() + kLimit, [&] { return asked.load() > 100; });
  const auto seen = watch_.LastPromotion();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->node, "redis-3");
  EXPECT_GE(seen->at, happened);
  EXPECT_LE(seen->not_before, seen->at);
  EXPECT_LT(seen->at, MonotonicNow());
}

TEST_F(WatchThreadTest, BrokenNodesAreLeftOutFromWhenItIsSaid) {
  std::atomic<int> asked{0};
  std::atomic<int> of_broken{0};
  cluster_.on_command = [&](const std::string& node) {
    ++asked;
    of_broken += node == "redis-2" ? 1 : 0;
  };
  WatchThread thread(watch_);
  thread.Start();
  SleepUntil(MonotonicNow() + kLimit, [&] { return of_broken.load() > 1; });
  thread.SetBroken({"redis-2"});
  // A look that was under way may still ask it.
  const int some = asked;
  SleepUntil(MonotonicNow() + kLimit, [&] { return asked.load() > some + 10; });
  const int before = of_broken;
  SleepUntil(MonotonicNow() + kLimit, [&] { return asked.load() > some + 80; });
  EXPECT_GT(asked, some + 80);
  EXPECT_EQ(of_broken, before);
}

TEST_F(WatchThreadTest, AfterItsEndNobodyIsAsked) {
  std::atomic<int> asked{0};
  cluster_.on_command = [&](const std::string&) { ++asked; };
  {
    WatchThread thread(watch_);
    thread.Start();
  }
  const int before = asked;
  std::this_thread::sleep_for(5 * TriggerWatch::kInterval);
  EXPECT_EQ(asked, before);
}

}  // namespace
}  // namespace slotquake
