#include "reports/figures.h"

#include <gtest/gtest.h>

namespace slotquake {
namespace {

TEST(FiguresTest, Grouped) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(763912), "763,912");
  EXPECT_EQ(Grouped(-1000), "-1,000");
}

TEST(FiguresTest, WhatIsNotZeroIsNotShownAsZero) {
  EXPECT_EQ(Duration(0), "0 ms");
  EXPECT_EQ(Duration(1e-9), "0.001 ms");
  EXPECT_EQ(Duration(0.04), "0.040 ms");
  EXPECT_EQ(Duration(0.4), "0.4 ms");
}

TEST(FiguresTest, DurationsChangeUnits) {
  EXPECT_EQ(Duration(12.4), "12 ms");
  EXPECT_EQ(Duration(999.6), "1.00 s");
  EXPECT_EQ(Duration(3570), "3.57 s");
  EXPECT_EQ(ExactDuration(3570), "3.570 s");
  EXPECT_EQ(Duration(725000), "12 min 5 s");
  EXPECT_EQ(DurationRange(2600, 5200), "2.60 – 5.20 s");
  EXPECT_EQ(DurationRange(500, 900), "500 – 900 ms");
}

TEST(FiguresTest, RelativeHasASignAndNoNegativeZero) {
  EXPECT_EQ(Relative(2292), "+2.292");
  EXPECT_EQ(Relative(-4), "-0.004");
  EXPECT_EQ(Relative(-0.0001), "+0.000");
  EXPECT_EQ(RelativeWithUnit(-3.1), "-3.1 ms");
  EXPECT_EQ(RelativeWithUnit(3584.2), "+3.584 s");
}

TEST(FiguresTest, Lists) {
  EXPECT_EQ(Enumerate({}), "");
  EXPECT_EQ(Enumerate({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(Count(1, "write"), "1 write");
  EXPECT_EQ(Count(1200, "write"), "1,200 writes");
  EXPECT_EQ(EnDashed("0-5460, 7000"), "0–5460, 7000");
}

}  // namespace
}  // namespace slotquake
