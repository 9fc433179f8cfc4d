#include "harness/cli/explore_plan.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

Result<ExplorePlan> Plan(const std::map<std::string, std::string>& options) {
  return MakeExplorePlan({.options = options, .operands = {}});
}

TEST(ExplorePlanTest, DefaultsLeaveOutWhatWouldAlwaysFail) {
  const auto plan = Plan({{"seed", "5"}});
  ASSERT_TRUE(plan.ok()) << plan.message();
  EXPECT_EQ(plan->seed, 5u);
  EXPECT_EQ(plan->runs, 20);
  EXPECT_EQ(plan->budget, std::chrono::minutes(30));
  EXPECT_EQ(plan->space.cluster.masters, 3);
  EXPECT_EQ(plan->space.cluster.node_timeout_ms, 2000);
  EXPECT_EQ(plan->space.expect.lost_max_window_ms, 4000);
  EXPECT_EQ(plan->space.expect.rest, "required");
  EXPECT_FALSE(plan->faults_named);
  std::vector<std::string_view> names;
  for (const FaultType* type : plan->space.faults) names.push_back(type->name);
  EXPECT_NE(std::find(names.begin(), names.end(), "kill"), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "restart_empty"), names.end());
}

TEST(ExplorePlanTest, EverythingCanBeSaid) {
  const auto plan = Plan({{"masters", "4"},
                          {"replicas", "2"},
                          {"node-timeout-ms", "3000"},
                          {"faults", "kill,restart_empty"},
                          {"runs", "7"},
                          {"budget", "90s"},
                          {"engine", "valkey"},
                          {"max-faults", "1"},
                          {"attempts", "4"},
                          {"expect", R"({"lost_writes": {"max_count": 0}})"}});
  ASSERT_TRUE(plan.ok()) << plan.message();
  EXPECT_EQ(plan->space.cluster.masters, 4);
  EXPECT_EQ(plan->space.cluster.replicas_per_master, 2);
  EXPECT_EQ(plan->space.cluster.engine, "valkey");
  EXPECT_EQ(plan->space.most_faults, 1);
  EXPECT_EQ(plan->attempts, 4);
  ASSERT_EQ(plan->space.faults.size(), 2u);
  EXPECT_EQ(plan->space.faults[1]->name, "restart_empty");
  EXPECT_TRUE(plan->faults_named);
  EXPECT_EQ(plan->budget, std::chrono::seconds(90));
  EXPECT_EQ(plan->space.expect.lost_max_count, 0);
  EXPECT_FALSE(plan->space.expect.lost_max_window_ms);
  EXPECT_EQ(Plan({{"lost-max-window-ms", "250"}})->space.expect.lost_max_window_ms,
            250);
}

TEST(ExplorePlanTest, BudgetsAreTimes) {
  EXPECT_EQ(ParseBudget("90"), std::chrono::seconds(90));
  EXPECT_EQ(ParseBudget("90s"), std::chrono::seconds(90));
  EXPECT_EQ(ParseBudget("30m"), std::chrono::minutes(30));
  EXPECT_EQ(ParseBudget("2h"), std::chrono::hours(2));
  for (const char* wrong :
       {"", "m", "0", "-3m", "1.5h", "30 m", "30d", "9999999999999h", "200h", "m30"}) {
    EXPECT_FALSE(ParseBudget(wrong)) << wrong;
  }
}

TEST(ExplorePlanTest, EveryMistakeIsNamed) {
  const auto plan = Plan({{"masters", "2"},
                          {"budget", "soon"},
                          {"faults", "kil"},
                          {"engine", "memcached"},
                          {"expect", R"({"promotoin": "any"})"}});
  ASSERT_FALSE(plan.ok());
  for (const char* part : {"--masters", "--budget", "unknown fault \"kil\"", "\"kill\"",
                           "--engine", "promotoin"}) {
    EXPECT_NE(plan.message().find(part), std::string::npos) << part << plan.message();
  }
}

TEST(ExplorePlanTest, WhatNotEveryTimelineBringsAboutCanNotBeExpected) {
  for (const char* expect :
       {R"({"promotion": "required"})", R"({"lost_writes": {"min_count": 1}})",
        R"({"return": "failover"})", R"({"rest": "never"})"}) {
    const auto plan = Plan({{"expect", expect}});
    ASSERT_FALSE(plan.ok()) << expect;
    EXPECT_NE(plan.message().find("not every timeline"), std::string::npos)
        << plan.message();
  }
  EXPECT_FALSE(Plan({{"expect", "{"}}).ok());
  EXPECT_TRUE(Plan({{"expect", R"({"promotion": "forbidden"})"}}).ok());
}

TEST(ExplorePlanTest, AClusterThatIsTooLargeIsRefused) {
  const auto plan = Plan({{"masters", "60"}, {"replicas", "1"}});
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.message().find("120 nodes"), std::string::npos) << plan.message();
}

TEST(ExplorePlanTest, ItTakesNoFile) {
  EXPECT_FALSE(MakeExplorePlan({.options = {}, .operands = {"x.json"}}).ok());
}

}  // namespace
}  // namespace slotquake
