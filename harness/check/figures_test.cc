#include "harness/check/figures.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(Figures, GroupsDigitsInThrees) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1\u00a0000");
  EXPECT_EQ(Grouped(763912), "763\u00a0912");
  EXPECT_EQ(Grouped(-1234567), "-1\u00a0234\u00a0567");
}

TEST(Figures, CountsNouns) {
  EXPECT_EQ(Counted(1, "slot"), "1 slot");
  EXPECT_EQ(Counted(0, "slot"), "0 slots");
  EXPECT_EQ(Counted(5461, "slot"), "5\u00a0461 slots");
}

TEST(Figures, DurationsInTheirUnit) {
  EXPECT_EQ(Duration(0), "0 ms");
  EXPECT_EQ(Duration(0.42), "0.4 ms");
  EXPECT_EQ(Duration(1), "1 ms");
  EXPECT_EQ(Duration(12.4), "12 ms");
  EXPECT_EQ(Duration(500), "500 ms");
  EXPECT_EQ(Duration(999.6), "1.000 s");
  EXPECT_EQ(Duration(3570.2), "3.570 s");
  EXPECT_EQ(Duration(725000), "12 min 5 s");
}

TEST(Figures, WhatIsNotZeroIsNotShownAsZero) {
  EXPECT_EQ(Duration(1e-9), "0.001 ms");
  EXPECT_EQ(Duration(-1e-9), "-0.001 ms");
  EXPECT_EQ(Duration(0.04), "0.040 ms");
}

TEST(Figures, RangesInOneUnit) {
  EXPECT_EQ(DurationRange(2600, 5200), "2.60 – 5.20 s");
  EXPECT_EQ(DurationRange(500, 900), "500 – 900 ms");
  EXPECT_EQ(TheoryRange(2500, 5200, 9200), "2.50 – 5.20 s, + votes ≤ 4.00 s");
}

TEST(Figures, BoundsMeetOrNot) {
  EXPECT_EQ(Bounds(0, 0), "0");
  EXPECT_EQ(Bounds(3, 54), "3 to 54");
}

TEST(Figures, RelativeHasASign) {
  EXPECT_EQ(Relative(3570), "+3.570 s");
  EXPECT_EQ(Relative(-2), "-0.002 s");
}

}  // namespace
}  // namespace slotquake
