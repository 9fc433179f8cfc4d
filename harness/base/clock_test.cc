#include "harness/base/clock.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(ClockTest, MonotonicNeverGoesBack) {
  Nanos last = MonotonicNow();
  for (int i = 0; i < 10'000; ++i) {
    const Nanos now = MonotonicNow();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(ClockTest, WallIsSince1970) {
  EXPECT_GT(WallNow(), std::chrono::hours(24 * 365 * 50));
}

TEST(ClockTest, WallAtLiesBetweenTwoReadings) {
  // The wall clock may be stepped at any time: once in five it is not.
  int held = 0;
  for (int i = 0; i < 5; ++i) {
    const Nanos before = WallNow();
    const Nanos now = MonotonicNow();
    const Nanos after = WallNow();
    const Nanos wall = WallAt(now);
    const Nanos error = std::chrono::microseconds(100);
    if (before - error <= wall && wall <= after + error) ++held;
  }
  EXPECT_GT(held, 0);
}

TEST(ClockTest, FormatsUtc) {
  EXPECT_EQ(FormatUtc(Nanos(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatUtc(std::chrono::seconds(951'782'400)), "2000-02-29T00:00:00.000Z");
  // Cut, not rounded.
  EXPECT_EQ(FormatUtc(Nanos(1'999'999'999)), "1970-01-01T00:00:01.999Z");
}

TEST(ClockTest, Converts) {
  EXPECT_EQ(FromMillis(1.5), Nanos(1'500'000));
  EXPECT_DOUBLE_EQ(ToMillis(Nanos(1'500'000)), 1.5);
  EXPECT_DOUBLE_EQ(ToSeconds(std::chrono::milliseconds(250)), 0.25);
}

}  // namespace
}  // namespace slotquake
