#include "reports/outages.h"

#include <gtest/gtest.h>

namespace slotquake {
namespace {

using nlohmann::json;

json Part(double from_ms, double to_ms, const char* state, int slots) {
  return {{"from_ms", from_ms}, {"to_ms", to_ms}, {"state", state}, {"slots", slots}};
}

json Served(const char* node, double from_ms, double to_ms) {
  return {{"node", node}, {"from_ms", from_ms}, {"to_ms", to_ms}};
}

// Clients that wait a second for an answer leave nothing behind in that time.
TEST(OutagesTest, WaitingBetweenTwoPartsIsNoService) {
  const json shard = {
      {"served_by", {Served("redis-0", 1000, 4342), Served("redis-3", 8914, 13450)}},
      {"uncovered", {Part(4341, 4342, "silent", 10), Part(5348, 8914, "refused", 34)}}};
  const auto stretches = UnservedStretches(shard);
  ASSERT_EQ(stretches.size(), 1U);
  EXPECT_EQ(stretches[0].from_ms, 4341);
  EXPECT_EQ(stretches[0].to_ms, 8914);
}

TEST(OutagesTest, ServiceBetweenTwoPartsKeepsThemApart) {
  const json shard = {
      {"served_by", {Served("redis-0", 1000, 3000), Served("redis-0", 4000, 6000)}},
      {"uncovered",
       {Part(3000, 4000, "refused", 10), Part(6000, 7000, "refused", 10)}}};
  EXPECT_EQ(UnservedStretches(shard).size(), 2U);
}

TEST(OutagesTest, TheCheckerKnowsTheLongestAndTheNumberOfSlots) {
  const json details = {
      {"untested_slots", 16274},
      {"uncovered_ms_max", 4579.3},
      {"shards",
       {{{"count", 5461},
         {"uncovered_slots", 35},
         {"served_by", {Served("redis-0", 1000, 4342)}},
         {"uncovered",
          {Part(4341, 4342, "silent", 10), Part(5348, 8914, "refused", 34)}}}}}};
  const Outages outages = OutagesOf(details);
  EXPECT_EQ(outages.worst_ms, 4579.3);
  EXPECT_EQ(outages.worst_slots, 35);
  EXPECT_EQ(outages.tested_slots, 110);
}

}  // namespace
}  // namespace slotquake
