#include "harness/base/rng.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

// The published sequence of SplitMix64 for this seed.
TEST(RngTest, IsSplitMix64) {
  Rng rng(1'234'567);
  EXPECT_EQ(rng.Next(), 6457827717110365317ULL);
  EXPECT_EQ(rng.Next(), 3203168211198807973ULL);
  EXPECT_EQ(rng.Next(), 9817491932198370423ULL);
}

TEST(RngTest, BelowStaysBelow) {
  Rng rng(1);
  bool seen[7] = {};
  for (int i = 0; i < 1'000; ++i) seen[rng.Below(7)] = true;
  for (const bool each : seen) EXPECT_TRUE(each);
  EXPECT_EQ(rng.Below(1), 0U);
}

TEST(RngTest, ChanceIsAboutRight) {
  Rng rng(2);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(rng.Chance(0));
    EXPECT_TRUE(rng.Chance(1));
    hits += rng.Chance(0.25) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2500, 200);
}

}  // namespace
}  // namespace slotquake
