#include "harness/redis/slot_map.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

Reply Text(std::string text) {
  Reply reply;
  reply.type = ReplyType::kString;
  reply.text = std::move(text);
  return reply;
}

Reply Integer(std::int64_t value) {
  Reply reply;
  reply.type = ReplyType::kInteger;
  reply.integer = value;
  return reply;
}

Reply Array(std::vector<Reply> elements) {
  Reply reply;
  reply.type = ReplyType::kArray;
  reply.elements = std::move(elements);
  return reply;
}

Reply Entry(int first, int last, const std::string& host, int port) {
  return Array({Integer(first), Integer(last),
                Array({Text(host), Integer(port), Text("id"), Array({})})});
}

const Endpoint kAsked{"10.0.0.9", 6379};

TEST(SlotMapTest, TakesOverClusterSlots) {
  SlotMap map;
  EXPECT_EQ(map.OwnerOf(0), SlotMap::kNobody);
  ASSERT_TRUE(map.Update(Array({Entry(0, 5460, "10.0.0.1", 6379),
                                Entry(5461, 16383, "10.0.0.2", 6380)}),
                         kAsked)
                  .ok());
  EXPECT_EQ(map.EndpointOf(map.OwnerOf(5460)), (Endpoint{"10.0.0.1", 6379}));
  EXPECT_EQ(map.EndpointOf(map.OwnerOf(5461)), (Endpoint{"10.0.0.2", 6380}));
  EXPECT_EQ(map.size(), 2);
}

TEST(SlotMapTest, AMissingHostIsTheAskedOne) {
  SlotMap map;
  Reply entry = Entry(0, 1, "", 7000);
  entry.elements[2].elements[0] = Reply();
  ASSERT_TRUE(map.Update(Array({entry, Entry(2, 3, "?", 7000)}), kAsked).ok());
  EXPECT_EQ(map.EndpointOf(map.OwnerOf(0)), (Endpoint{"10.0.0.9", 7000}));
  EXPECT_EQ(map.EndpointOf(map.OwnerOf(3)), (Endpoint{"10.0.0.9", 7000}));
}

TEST(SlotMapTest, AMalformedReplyChangesNothing) {
  SlotMap map;
  Reply no_port = Entry(5, 6, "h", 1);
  no_port.elements[2].elements.resize(1);
  for (const Reply& bad :
       {Text("ERR"), Array({Entry(0, 1, "h", 1), Entry(0, 16384, "h", 1)}),
        Array({Entry(0, 1, "h", 1), Entry(-1, 1, "h", 1)}),
        Array({Entry(2, 1, "h", 1)}), Array({Entry(2, 3, "h", 0)}), Array({no_port}),
        Array({Integer(1)})}) {
    EXPECT_FALSE(map.Update(bad, kAsked).ok());
  }
  EXPECT_EQ(map.OwnerOf(0), SlotMap::kNobody);
  EXPECT_EQ(map.size(), 0);
}

TEST(SlotMapTest, AStaleMapDoesNotGiveASlotBackToASuspect) {
  SlotMap map;
  const int old_master = map.NumberOf({"10.0.0.1", 1});
  const int promoted = map.NumberOf({"10.0.0.2", 1});
  map.Assign(7, promoted);
  map.SetSuspect(old_master, true);
  const Reply stale = Array({Entry(7, 7, "10.0.0.1", 1)});
  ASSERT_TRUE(map.Update(stale, kAsked).ok());
  EXPECT_EQ(map.OwnerOf(7), promoted);
  map.SetSuspect(promoted, true);
  ASSERT_TRUE(map.Update(stale, kAsked).ok());
  EXPECT_EQ(map.OwnerOf(7), old_master);
}

TEST(SlotMapTest, RangesInTheOrderOfTheLowestSlot) {
  SlotMap map;
  ASSERT_TRUE(map.Update(Array({Entry(100, 16383, "b", 1), Entry(0, 9, "a", 1),
                                Entry(20, 29, "a", 1)}),
                         kAsked)
                  .ok());
  const auto shards = map.RangesByOwner();
  ASSERT_EQ(shards.size(), 2u);
  EXPECT_EQ(shards[0], (std::vector<SlotRange>{{0, 9}, {20, 29}}));
  EXPECT_EQ(shards[1], (std::vector<SlotRange>{{100, 16383}}));
}

}  // namespace
}  // namespace slotquake
