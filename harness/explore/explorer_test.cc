#include "harness/explore/explorer.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

const TryOutcome kPassed = {.validity = Validity::kPass, .failed = {}, .why = ""};
const TryOutcome kUnclear = {
    .validity = Validity::kInconclusive, .failed = {}, .why = "noise"};
const TryOutcome kLost = {
    .validity = Validity::kFail, .failed = {"lost_writes/max_count"}, .why = "lost 7"};

class ExplorerTest : public testing::Test {
 protected:
  ExplorerTest() {
    space_.cluster.node_timeout_ms = 1000;
    space_.expect = DefaultExpectations(1000);
    for (const char* name : {"kill", "pause", "terminate"}) {
      space_.faults.push_back(FindFault(name));
    }
  }

  Exploration Run(int runs, const TryScenario& run) {
    said_.clear();
    saved_.clear();
    return Explore(
        space_,
        {.seed = 7,
         .runs = runs,
         .shrink_tries = 1000,
         .go_on = [this] { return go_on_; },
         .say = [this](const std::string& text) { said_.push_back(text); },
         .save = [this](const Scenario& s) { saved_[s.name] = s; }},
        [&](const Scenario& scenario, std::uint64_t) { return run(scenario); });
  }

  static bool HasPause(const Scenario& scenario) {
    return std::any_of(
        scenario.timeline.begin(), scenario.timeline.end(),
        [](const TimelineEntry& entry) { return entry.fault == "pause"; });
  }

  Space space_;
  bool go_on_ = true;
  std::vector<std::string> said_;
  std::map<std::string, Scenario> saved_;
};

TEST_F(ExplorerTest, EachRunIsComposedAnewAndTheSameAgain) {
  std::vector<std::string> first;
  const auto note = [&first](const Scenario& scenario) {
    first.push_back(ToJson(scenario).dump());
    return kPassed;
  };
  EXPECT_EQ(Run(5, note).validity(), Validity::kPass);
  const std::vector<std::string> before = std::exchange(first, {});
  Run(5, note);
  EXPECT_EQ(first, before);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(), 5u);
  EXPECT_EQ(said_.size(), 10u);
  EXPECT_TRUE(saved_.empty());
}

TEST_F(ExplorerTest, WhatFailsIsShrunkAndSaved) {
  const Exploration done = Run(10, [](const Scenario& scenario) {
    return HasPause(scenario) ? kLost : kPassed;
  });
  EXPECT_EQ(done.validity(), Validity::kFail);
  EXPECT_EQ(done.passed + done.failed, 10);
  ASSERT_EQ(done.findings.size(), static_cast<std::size_t>(done.failed));
  ASSERT_GT(done.failed, 0);
  for (const Finding& finding : done.findings) {
    EXPECT_TRUE(finding.confirmed && finding.minimal);
    ASSERT_TRUE(saved_.contains(finding.name)) << finding.name;
    const Scenario& saved = saved_[finding.name];
    EXPECT_EQ(saved.timeline.size(), 1u);
    EXPECT_TRUE(AsRead(saved).ok());
    EXPECT_NE(saved.teaches.find(std::to_string(finding.tries) + " further runs"),
              std::string::npos)
        << saved.teaches;
    EXPECT_NE(saved.teaches.find("lost 7"), std::string::npos) << saved.teaches;
    EXPECT_NE(finding.timeline.find("pause of "), std::string::npos);
  }
}

TEST_F(ExplorerTest, AnInconclusiveRunIsMadeOnceMoreAndIsNoPass) {
  int runs = 0;
  const Exploration better =
      Run(1, [&](const Scenario&) { return ++runs == 1 ? kUnclear : kPassed; });
  EXPECT_EQ(better.validity(), Validity::kPass);
  const Exploration never = Run(2, [](const Scenario&) { return kUnclear; });
  EXPECT_EQ(never.inconclusive, 2);
  EXPECT_EQ(never.validity(), Validity::kInconclusive);
  EXPECT_TRUE(never.findings.empty());
}

TEST_F(ExplorerTest, WhatWasFoundStaysWhenItIsStopped) {
  int runs = 0;
  const Exploration done = Run(50, [&](const Scenario&) {
    if (++runs == 4) {
      go_on_ = false;
      return TryOutcome{.validity = Validity::kInconclusive,
                        .failed = {},
                        .why = "stopped",
                        .interrupted = true};
    }
    return kLost;
  });
  EXPECT_EQ(runs, 4);
  EXPECT_EQ(done.failed, 1);
  EXPECT_EQ(saved_.size(), 1u);
  EXPECT_TRUE(done.findings[0].confirmed);
  EXPECT_FALSE(done.findings[0].minimal);
}

TEST_F(ExplorerTest, AnInterruptedRunSaysNothing) {
  const Exploration done = Run(3, [&](const Scenario&) {
    go_on_ = false;
    return TryOutcome{.validity = Validity::kInconclusive,
                      .failed = {},
                      .why = "stopped",
                      .interrupted = true};
  });
  EXPECT_EQ(done.passed + done.failed + done.inconclusive, 0);
  EXPECT_EQ(done.validity(), Validity::kInconclusive);
}

}  // namespace
}  // namespace slotquake
