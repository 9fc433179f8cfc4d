#include "harness/redis/slot.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

// The check value of the Redis Cluster specification.
TEST(SlotTest, CrcOfTheSpecificationsVector) {
  EXPECT_EQ(Crc16("123456789"), 0x31C3);
  EXPECT_EQ(Crc16(""), 0);
}

TEST(SlotTest, KnownKeys) {
  EXPECT_EQ(SlotOf("hits"), 4994);
  EXPECT_EQ(SlotOf("foo"), 12182);
  EXPECT_EQ(SlotOf("somekey"), 11058);
  EXPECT_EQ(SlotOf(""), 0);
}

TEST(SlotTest, OnlyTheFirstHashTagCounts) {
  EXPECT_EQ(SlotOf("{user1000}.following"), SlotOf("user1000"));
  EXPECT_EQ(SlotOf("foo{bar}{zap}"), SlotOf("bar"));
  EXPECT_EQ(SlotOf("foo{{bar}}zap"), SlotOf("{bar"));
}

TEST(SlotTest, AnEmptyOrUnclosedTagIsPartOfTheKey) {
  EXPECT_EQ(SlotOf("foo{}{bar}"), Crc16("foo{}{bar}") % 16384);
  EXPECT_EQ(SlotOf("foo{bar"), Crc16("foo{bar") % 16384);
  EXPECT_NE(SlotOf("foo{}{bar}"), SlotOf("bar"));
}

TEST(SlotTest, BytesAboveAsciiCountAsUnsigned) { EXPECT_EQ(Crc16("\xff"), 0x1EF0); }

}  // namespace
}  // namespace slotquake
