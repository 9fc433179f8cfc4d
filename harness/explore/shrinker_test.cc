#include "harness/explore/shrinker.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "harness/base/rng.h"
#include "harness/explore/composer.h"
#include "harness/explore/simpler.h"

namespace slotquake {
namespace {

const TryOutcome kPassed = {.validity = Validity::kPass, .failed = {}, .why = ""};
const TryOutcome kUnclear = {
    .validity = Validity::kInconclusive, .failed = {}, .why = "noise"};
const TryOutcome kLost = {.validity = Validity::kFail,
                          .failed = {"lost_writes/max_window_ms"},
                          .why = "lost"};
const TryOutcome kNoRest = {.validity = Validity::kFail,
                            .failed = {"view_agreement/never_recovered"},
                            .why = "no rest"};

Space SpaceOf() {
  Space space;
  space.cluster.masters = 4;
  space.cluster.replicas_per_master = 2;
  space.cluster.node_timeout_ms = 2000;
  space.expect = DefaultExpectations(2000);
  for (const FaultType& type : AllFaults()) {
    if (WhyNotComposable(type).empty()) space.faults.push_back(&type);
  }
  return space;
}

bool Has(const Scenario& scenario, const std::string& fault) {
  return std::any_of(scenario.timeline.begin(), scenario.timeline.end(),
                     [&](const TimelineEntry& entry) { return entry.fault == fault; });
}

// The first composed scenario that fits.
Scenario Composed(const std::function<bool(const Scenario&)>& fits) {
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    Scenario scenario = Compose(SpaceOf(), "explored_1_1", seed);
    if (fits(scenario)) return scenario;
  }
  throw std::logic_error("no seed composes that");
}

struct Kept {
  int times = 0;
  Scenario last{};
};

class ShrinkerTest : public testing::Test {
 protected:
  Shrunk Run(const Scenario& found, const TryScenario& run, int tries = 1000) {
    kept_ = {};
    return Shrink(found, kLost, run,
                  {.tries = tries,
                   .go_on = [this] { return go_on_; },
                   .say = [](const std::string&) {},
                   .keep =
                       [this](const Scenario& scenario, int) {
                         ++kept_.times;
                         kept_.last = scenario;
                       }});
  }

  Kept kept_;
  bool go_on_ = true;
};

TEST_F(ShrinkerTest, TheCauseAloneIsLeft) {
  const Scenario found = Composed([](const Scenario& scenario) {
    return scenario.timeline.size() == 3 && scenario.timeline[0].fault == "pause";
  });
  int runs = 0;
  const Shrunk shrunk = Run(found, [&runs](const Scenario& scenario) {
    ++runs;
    return Has(scenario, "pause") ? kLost : kPassed;
  });
  EXPECT_TRUE(shrunk.confirmed);
  EXPECT_TRUE(shrunk.minimal);
  EXPECT_EQ(shrunk.tries, runs);
  ASSERT_EQ(shrunk.scenario.timeline.size(), 1u);
  const TimelineEntry& entry = shrunk.scenario.timeline[0];
  EXPECT_EQ(entry.fault, "pause");
  EXPECT_EQ(entry.recover.after_ms, 100);
  EXPECT_EQ(entry.times, 1);
  EXPECT_EQ(entry.at_ms, 0);
  EXPECT_EQ(shrunk.scenario.cluster.masters, 3);
  EXPECT_LE(shrunk.scenario.load[0].rate_per_second, 600);
  EXPECT_TRUE(AsRead(shrunk.scenario).ok());
  EXPECT_EQ(ToJson(kept_.last), ToJson(shrunk.scenario));
}

TEST_F(ShrinkerTest, TwoFaultsThatFailOnlyTogetherBothStay) {
  const auto both = [](const Scenario& scenario) {
    return Has(scenario, "pause") && Has(scenario, "kill");
  };
  const Scenario found = Composed([&](const Scenario& scenario) {
    return scenario.timeline.size() == 3 && both(scenario);
  });
  const Shrunk shrunk = Run(found, [&](const Scenario& scenario) {
    return both(scenario) ? kLost : kPassed;
  });
  EXPECT_EQ(shrunk.scenario.timeline.size(), 2u);
  EXPECT_TRUE(both(shrunk.scenario));
}

// It fails from 3000 ms on, and by itself below 500 ms: a half is not always simpler.
TEST_F(ShrinkerTest, WhereLessDoesNotMeanLessOftenItStopsAtSomethingThatFails) {
  const Scenario found = Composed([](const Scenario& scenario) {
    return scenario.timeline.size() == 2 &&
           scenario.timeline[0].recover.after_ms > 6000;
  });
  const auto fails = [](const Scenario& scenario) {
    const int after = scenario.timeline[0].recover.after_ms;
    return after >= 3000 || after < 500;
  };
  const Shrunk shrunk = Run(found, [&](const Scenario& scenario) {
    return fails(scenario) ? kLost : kPassed;
  });
  EXPECT_TRUE(shrunk.minimal);
  EXPECT_TRUE(fails(shrunk.scenario));
  EXPECT_LT(shrunk.scenario.timeline[0].recover.after_ms, 6000);
}

TEST_F(ShrinkerTest, AnotherFailureIsNotTheOneThatWasFound) {
  const Scenario found =
      Composed([](const Scenario& scenario) { return scenario.timeline.size() == 3; });
  const Shrunk shrunk = Run(found, [](const Scenario& scenario) {
    return scenario.timeline.size() == 3 ? kLost : kNoRest;
  });
  EXPECT_TRUE(shrunk.confirmed);
  EXPECT_EQ(shrunk.scenario.timeline.size(), 3u);
}

TEST_F(ShrinkerTest, WhatNeverFailsAgainIsNotConfirmedAndStaysAsItIs) {
  const Scenario found = Composed([](const Scenario&) { return true; });
  const Shrunk shrunk = Run(found, [](const Scenario&) { return kPassed; });
  EXPECT_FALSE(shrunk.confirmed);
  EXPECT_FALSE(shrunk.minimal);
  EXPECT_EQ(shrunk.tries, 2);
  EXPECT_EQ(kept_.times, 0);
  EXPECT_EQ(ToJson(shrunk.scenario), ToJson(found));
}

// Fails in two of three runs; nothing that never fails may come out of it.
TEST_F(ShrinkerTest, WhatFailsNowAndThenShrinksToSomethingThatFails) {
  const Scenario found = Composed([](const Scenario& scenario) {
    return scenario.timeline.size() == 3 && Has(scenario, "pause");
  });
  for (std::uint64_t seed = 0; seed < 15; ++seed) {
    Rng chance(seed);
    const Shrunk shrunk = Run(found, [&](const Scenario& scenario) {
      return Has(scenario, "pause") && chance.Below(3) > 0 ? kLost : kPassed;
    });
    EXPECT_TRUE(Has(shrunk.scenario, "pause"));
  }
}

// What passes every second time does not count as failing.
TEST_F(ShrinkerTest, OneRunsWordIsNotTaken) {
  const Scenario found = Composed([](const Scenario& scenario) {
    return scenario.timeline.size() == 3 && Has(scenario, "pause");
  });
  bool lied = false;
  const Shrunk shrunk = Run(found, [&](const Scenario& scenario) {
    if (Has(scenario, "pause")) return kLost;
    lied = !lied;
    return lied ? kLost : kPassed;
  });
  EXPECT_TRUE(Has(shrunk.scenario, "pause"));
}

TEST_F(ShrinkerTest, InconclusiveRunsAreRepeatedAndCounted) {
  const Scenario found = Composed([](const Scenario& scenario) {
    return scenario.timeline.size() == 2 && scenario.timeline[0].fault == "pause";
  });
  int runs = 0;
  const Shrunk shrunk = Run(found, [&](const Scenario& scenario) {
    if (++runs % 3 != 0) return kUnclear;
    return Has(scenario, "pause") ? kLost : kPassed;
  });
  EXPECT_TRUE(shrunk.confirmed);
  EXPECT_EQ(shrunk.scenario.timeline.size(), 1u);
  EXPECT_EQ(shrunk.tries, runs);

  const Shrunk never = Run(found, [](const Scenario&) { return kUnclear; });
  EXPECT_FALSE(never.confirmed);
  EXPECT_EQ(never.tries, 6);
}

TEST_F(ShrinkerTest, ItEndsWithItsTriesAndWhenItIsToldTo) {
  const Scenario found = Composed([](const Scenario& scenario) {
    return scenario.timeline.size() == 3 && Has(scenario, "pause");
  });
  int runs = 0;
  const TryScenario run = [&](const Scenario& scenario) {
    if (++runs == 20) go_on_ = false;
    return Has(scenario, "pause") ? kLost : kPassed;
  };
  const Shrunk limited = Run(found, run, 7);
  EXPECT_EQ(limited.tries, 7);
  EXPECT_FALSE(limited.minimal);
  EXPECT_TRUE(Has(limited.scenario, "pause"));
  runs = 0;
  const Shrunk stopped = Run(found, run);
  EXPECT_EQ(stopped.tries, 20);
  EXPECT_FALSE(stopped.minimal);
}

TEST(SimplerTest, EveryStepIsValidAndAChainOfThemEnds) {
  const Space space = SpaceOf();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Scenario scenario = Compose(space, "explored_1_1", seed);
    int steps = 0;
    Rng rng(seed);
    for (auto next = SimplerThan(scenario); !next.empty();
         next = SimplerThan(scenario)) {
      for (const Simpler& simpler : next) {
        ASSERT_TRUE(AsRead(simpler.scenario).ok()) << simpler.how;
        ASSERT_FALSE(simpler.scenario.timeline.empty()) << simpler.how;
      }
      scenario = next[rng.Below(next.size())].scenario;
      ASSERT_LT(++steps, 300) << seed;
    }
    EXPECT_EQ(scenario.timeline.size(), 1u);
    EXPECT_EQ(scenario.cluster.masters, 3);
    EXPECT_EQ(scenario.cluster.replicas_per_master, 1);
  }
}

}  // namespace
}  // namespace slotquake
