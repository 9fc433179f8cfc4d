#include "reports/figures.h"

#include <gtest/gtest.h>

namespace slotquake {
namespace {

TEST(FiguresTest, ShortDurations) {
  EXPECT_EQ(ShortDuration(12.4), "12 ms");
  EXPECT_EQ(ShortDuration(999.6), "1.00 s");
  EXPECT_EQ(ShortDuration(3570), "3.57 s");
  EXPECT_EQ(ShortDuration(725000), "12 min 5 s");
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
  EXPECT_EQ(EnDashed("0-5460, 7000"), "0–5460, 7000");
}

}  // namespace
}  // namespace slotquake
