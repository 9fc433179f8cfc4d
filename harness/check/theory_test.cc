#include "harness/check/theory.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TheoryInput Input(double timeout_ms) {
  TheoryInput input;
  input.min_timeout_ms = input.max_timeout_ms = timeout_ms;
  input.version = "7.0.15";
  return input;
}

void ExpectInterval(const TheoryInterval& interval, double min, double max) {
  EXPECT_DOUBLE_EQ(interval.min_ms, min);
  EXPECT_DOUBLE_EQ(interval.max_ms, max);
}

TEST(Theory, PhasesOfRedis) {
  const PromotionTheory theory = ComputeTheory(Input(2000));
  ExpectInterval(theory.first_pfail, 2000, 3100);
  ExpectInterval(theory.fail, 2000, 4100);
  ExpectInterval(theory.scheduled, 2000, 4200);
  ExpectInterval(theory.started, 2500, 5200);
  ExpectInterval(theory.won, 2500, 9200);
}

TEST(Theory, GossipTakesHalfALongTimeout) {
  EXPECT_DOUBLE_EQ(ComputeTheory(Input(15000)).fail.max_ms, 22500 + 100 + 7500);
}

TEST(Theory, EveryRankWaitsASecond) {
  TheoryInput input = Input(2000);
  input.rank = 2;
  ExpectInterval(ComputeTheory(input).started, 4500, 7200);
}

TEST(Theory, ValkeyWaitsForFailedPrimariesFrom81On) {
  TheoryInput input = Input(2000);
  input.engine = "valkey";
  input.failed_masters = 3;
  input.version = "8.0.1";
  ExpectInterval(ComputeTheory(input).started, 2500, 5200);
  input.version = "8.1.1";
  ExpectInterval(ComputeTheory(input).started, 2500, 6200);
  input.version = "9.0.0";
  ExpectInterval(ComputeTheory(input).started, 2000, 6200);
}

TEST(Theory, DifferentTimeoutsWidenTheInterval) {
  TheoryInput input = Input(2000);
  input.max_timeout_ms = 4000;
  const PromotionTheory theory = ComputeTheory(input);
  ExpectInterval(theory.first_pfail, 2000, 3100);
  ExpectInterval(theory.fail, 2000, 6000 + 100 + 2000);
}

TEST(Theory, TimeoutOfANode) {
  NodeRecord node;
  EXPECT_DOUBLE_EQ(NodeTimeoutMs(nullptr), 15000);
  EXPECT_DOUBLE_EQ(NodeTimeoutMs(&node), 15000);
  node.config["cluster-node-timeout"] = "2000";
  EXPECT_DOUBLE_EQ(NodeTimeoutMs(&node), 2000);
}

}  // namespace
}  // namespace slotquake
