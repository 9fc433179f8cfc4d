#include "harness/check/fault_effect.h"

#include <map>
#include <string>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

FaultEffect Of(const std::string& type, const std::string& effect = "") {
  FaultRecord fault;
  fault.type = type;
  fault.effect = effect;
  return EffectOf(fault);
}

TEST(FaultEffect, AnOlderRecordHasTheTypeAlone) {
  const std::map<std::string, FaultEffect> types = {
      {"kill", FaultEffect::kProcessGone},
      {"pod_delete", FaultEffect::kProcessGone},
      {"all_pods_delete", FaultEffect::kProcessGone},
      {"rollout", FaultEffect::kProcessGone},
      {"power_cut", FaultEffect::kHostGone},
      {"node_stop", FaultEffect::kHostGone},
      {"pause", FaultEffect::kPaused},
      {"node_pause", FaultEffect::kPaused},
      {"partition", FaultEffect::kNetworkCut},
      {"isolate", FaultEffect::kNetworkCut},
      {"one_way", FaultEffect::kNetworkCut},
      {"failover", FaultEffect::kHandover},
      {"scale_up", FaultEffect::kOther},
      {"packet_loss", FaultEffect::kOther},
      {"something_new", FaultEffect::kUnknown}};
  for (const auto& [type, effect] : types) EXPECT_EQ(Of(type), effect) << type;
}

TEST(FaultEffect, WhatTheRecordSaysCountsMore) {
  EXPECT_EQ(Of("something_new", "paused"), FaultEffect::kPaused);
  EXPECT_EQ(Of("kill", "network_cut"), FaultEffect::kNetworkCut);
  EXPECT_EQ(Of("partition", "network_impaired"), FaultEffect::kOther);
}

TEST(FaultEffect, AWordThatNobodyKnowsLeavesTheType) {
  EXPECT_EQ(Of("kill", "vaporised"), FaultEffect::kProcessGone);
}

TEST(FaultEffect, OfTheWholeClusterIfEveryNodeIsAVictim) {
  RunRecord record;
  record.nodes.resize(2);
  record.nodes[0].name = "a";
  record.nodes[1].name = "b";
  FaultRecord fault;
  fault.victims.resize(1);
  fault.victims[0].node = "a";
  EXPECT_FALSE(HitsAll(record, fault));
  fault.victims.resize(2);
  fault.victims[1].node = "b";
  EXPECT_TRUE(HitsAll(record, fault));
  EXPECT_FALSE(HitsAll(RunRecord(), fault));
}

}  // namespace
}  // namespace slotquake
