#include "reports/figures.h"

#include <gtest/gtest.h>

namespace slotquake {
namespace {

TEST(FiguresTest, Grouped) {
  EXPECT_EQ(GroupedDigits(0), "0");
  EXPECT_EQ(GroupedDigits(999), "999");
  EXPECT_EQ(GroupedDigits(763912), "763\u00a0912");
  EXPECT_EQ(GroupedDigits(-1000), "-1\u00a0000");
}

TEST(FiguresTest, WhatIsNotZeroIsNotShownAsZero) {
  EXPECT_EQ(DurationText(0), "0 ms");
  EXPECT_EQ(DurationText(1e-9), "0.001 ms");
  EXPECT_EQ(DurationText(0.04), "0.040 ms");
  EXPECT_EQ(DurationText(0.4), "0.4 ms");
}

TEST(FiguresTest, DurationsChangeUnits) {
  EXPECT_EQ(DurationText(12.4), "12 ms");
  EXPECT_EQ(DurationText(999.6), "1.00 s");
  EXPECT_EQ(DurationText(3570), "3.57 s");
  EXPECT_EQ(ExactDuration(3570), "3.570 s");
  EXPECT_EQ(DurationText(725000), "12 min 5 s");
  EXPECT_EQ(DurationRange(2600, 5200), "2.60 – 5.20 s");
  EXPECT_EQ(DurationRange(500, 900), "500 – 900 ms");
}

TEST(FiguresTest, RelativeHasASignAndNoNegativeZero) {
  EXPECT_EQ(RelativeText(2292), "+2.292");
  EXPECT_EQ(RelativeText(-4), "-0.004");
  EXPECT_EQ(RelativeText(-0.0001), "+0.000");
  EXPECT_EQ(RelativeWithUnit(-3.1), "-3.1 ms");
  EXPECT_EQ(RelativeWithUnit(3584.2), "+3.584 s");
}

TEST(FiguresTest, Lists) {
  EXPECT_EQ(Enumerate({}), "");
  EXPECT_EQ(Enumerate({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(CountText(1, "write"), "1 write");
  EXPECT_EQ(CountText(1200, "write"), "1\u00a0200 writes");
  EXPECT_EQ(EnDashed("0-5460, 7000"), "0–5460, 7000");
}

}  // namespace
}  // namespace slotquake
