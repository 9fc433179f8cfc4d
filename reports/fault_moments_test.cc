#include "reports/fault_moments.h"

#include <gtest/gtest.h>

namespace slotquake {
namespace {

FaultRecord Fault(const char* type, const char* node, int first, int last, int ms) {
  FaultRecord fault;
  fault.type = type;
  fault.description = std::string(type) + " of " + node;
  fault.injected = true;
  fault.done = FromMillis(ms);
  Victim victim;
  victim.node = node;
  victim.was_master = true;
  victim.slots = {{first, last}};
  fault.victims = {victim};
  return fault;
}

TEST(FaultMomentsTest, MastersKilledTogetherAreOneMoment) {
  RunRecord record;
  record.faults = {Fault("kill", "redis-1", 5461, 10922, 1007),
                   Fault("kill", "redis-0", 0, 5460, 1000)};
  const auto moments = FaultMoments(record);
  ASSERT_EQ(moments.size(), 1U);
  EXPECT_EQ(moments[0].done, FromMillis(1000));
  EXPECT_EQ(SentenceOf(moments[0]),
            "The masters of slots 0–5460 and 5461–10922 (redis-0 and redis-1) were "
            "killed at the same moment");
  EXPECT_EQ(CaptionOf(moments[0]), "redis-0 and redis-1 killed");
}

TEST(FaultMomentsTest, WhatDiffersOrComesLaterIsAMomentOfItsOwn) {
  RunRecord record;
  record.faults = {Fault("kill", "redis-0", 0, 5460, 1000),
                   Fault("power_cut", "redis-1", 5461, 10922, 1007),
                   Fault("power_cut", "redis-2", 10923, 16383, 5000)};
  const auto moments = FaultMoments(record);
  ASSERT_EQ(moments.size(), 3U);
  EXPECT_EQ(SentenceOf(moments[1]),
            "The master of slots 5461–10922 (redis-1) lost power");
}

TEST(FaultMomentsTest, ResourcesHaveWordsToo) {
  RunRecord record;
  record.faults = {Fault("disk_full", "redis-0", 0, 5460, 1000)};
  const auto moments = FaultMoments(record);
  ASSERT_EQ(moments.size(), 1U);
  EXPECT_EQ(SentenceOf(moments[0]),
            "The master of slots 0–5460 (redis-0) had a full disk");
  EXPECT_EQ(CaptionOf(moments[0]), "redis-0 disk full");
}

TEST(FaultMomentsTest, WhatWasNotInjectedIsLeftOut) {
  RunRecord record;
  record.faults = {Fault("kill", "redis-0", 0, 5460, 1000)};
  record.faults[0].injected = false;
  EXPECT_TRUE(FaultMoments(record).empty());
}

TEST(FaultMomentsTest, AFaultWithoutAVerbIsDescribed) {
  RunRecord record;
  record.faults = {Fault("cut_bus", "redis-0", 0, 5460, 1000)};
  const auto moments = FaultMoments(record);
  EXPECT_EQ(SentenceOf(moments[0]), "cut_bus of redis-0");
  EXPECT_EQ(CaptionOf(moments[0]), "cut_bus");
}

TEST(FaultMomentsTest, MixedRolesAreCalledByTheirNames) {
  RunRecord record;
  record.faults = {Fault("kill", "redis-0", 0, 5460, 1000),
                   Fault("kill", "redis-3", 0, 5460, 1010)};
  record.faults[1].victims[0].was_master = false;
  EXPECT_EQ(SentenceOf(FaultMoments(record)[0]),
            "redis-0 and redis-3 were killed at the same moment");
}

}  // namespace
}  // namespace slotquake
