#include "harness/check/reigns.h"

#include "gtest/gtest.h"
#include "harness/testing/history_builder.h"

namespace slotquake {
namespace {

using nlohmann::json;

Reigns ReignsOf(const RunRecord& record) { return Reigns(record, AllViews(record)); }

// r0 is master, loses its slots to r3 at 4 s, and takes them back at 6 s.
RunRecord ThereAndBack() {
  return RecordFromJson(json::parse(R"({
    "ops": ["c0 hits r0 10..11 =1", "c0 hits r3 4100..4101 =2",
            "c0 hits r0 5900..5960 =3", "c0 hits r0 6100..6101 =4"],
    "observations": ["3990..4000 r3 view r0:1:- r3:4:0-5460",
                     "5950..6000 r0 view r0:5:0-5460 r3>r0"]})"));
}

TEST(Reigns, AreOrderedByEpochAndKeepANodesReignsApart) {
  const RunRecord record = ThereAndBack();
  const Reigns reigns = ReignsOf(record);
  const auto& group = reigns.GroupAt(0);
  ASSERT_EQ(group.reigns.size(), 3U);
  EXPECT_EQ(group.reigns[1].node, "r3");
  EXPECT_EQ(group.reigns[2].epoch, 5);
  const auto& ops = record.history.operations();
  EXPECT_EQ(reigns.SpanOf(ops[0]).lo, 0);
  EXPECT_EQ(reigns.SpanOf(ops[0]).hi, 0);
  EXPECT_EQ(reigns.SpanOf(ops[1]).lo, 1);
  EXPECT_EQ(reigns.SpanOf(ops[3]).lo, 2);
  EXPECT_TRUE(reigns.SpanOf(ops[3]).exact);
}

TEST(Reigns, AnAnswerDuringTheChangeMayBelongToEither) {
  const RunRecord record = ThereAndBack();
  const ReignSpan span = ReignsOf(record).SpanOf(record.history.operations()[2]);
  EXPECT_EQ(span.lo, 0);
  EXPECT_EQ(span.hi, 2);
  EXPECT_FALSE(span.exact);
}

TEST(Reigns, TwoNodesWithOneEpochAreNotOrdered) {
  const RunRecord record = RecordFromJson(json::parse(R"({
    "ops": ["c0 hits r0 10..11 =1", "c0 hits r1 12..13 =1"],
    "observations": ["5 r1 view r1:1:0-5460"]})"));
  const Reigns reigns = ReignsOf(record);
  for (const Operation& op : record.history.operations()) {
    EXPECT_EQ(reigns.SpanOf(op).lo, 0);
    EXPECT_EQ(reigns.SpanOf(op).hi, 1);
  }
}

TEST(Reigns, AnElectionThatNoPollSawIsKnownByTheLog) {
  const RunRecord record = RecordFromJson(json::parse(R"({
    "ops": ["c0 hits r3 4010..4011 =1"],
    "observations": ["4000 r3 log epoch_set epoch=4"]})"));
  const Reigns reigns = ReignsOf(record);
  ASSERT_EQ(reigns.GroupAt(5460).reigns.size(), 2U);
  EXPECT_EQ(reigns.GroupAt(5460).reigns[1].node, "r3");
  EXPECT_EQ(reigns.GroupAt(5461).reigns.size(), 1U);
  EXPECT_EQ(reigns.SpanOf(record.history.operations()[0]).lo, 1);
}

TEST(Reigns, GroupsAreShards) {
  const Reigns reigns = ReignsOf(RecordFromJson(json::object()));
  ASSERT_EQ(reigns.groups().size(), 3U);
  EXPECT_EQ(ToString(reigns.groups()[2].slots), "10923-16383");
  EXPECT_EQ(reigns.GroupOf(5460), 0);
  EXPECT_EQ(reigns.GroupOf(5461), 1);
}

TEST(Reigns, ARestartBeginsOne) {
  const RunRecord record = RecordFromJson(json::parse(R"({
    "ops": ["c0 hits r0 10..11 =1", "c0 hits r0 1210..1211 =1"],
    "observations": ["1200 r0 log server_started"]})"));
  const Reigns reigns = ReignsOf(record);
  EXPECT_EQ(reigns.SpanOf(record.history.operations()[0]).hi, 0);
  EXPECT_EQ(reigns.SpanOf(record.history.operations()[1]).lo, 1);
  EXPECT_TRUE(reigns.GroupAt(0).reigns[1].by_restart);
}

}  // namespace
}  // namespace slotquake
