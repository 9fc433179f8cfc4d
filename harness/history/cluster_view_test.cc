#include "harness/history/cluster_view.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

ClusterView MakeView() {
  NodeView master;
  master.id = "a";
  master.address = "10.77.1.1";
  master.port = 6379;
  master.myself = true;
  master.master = true;
  master.config_epoch = 4;
  master.connected = true;
  master.slots = {{0, 5460}, {7000, 7000}};
  master.open_slots = true;
  NodeView replica;
  replica.id = "b";
  replica.master_id = "a";
  replica.pfail = true;
  replica.fail = true;
  replica.handshake = true;
  return {{master, replica}};
}

TEST(SlotRangeTest, CountsAndContains) {
  const std::vector<SlotRange> ranges = {{0, 5460}, {7000, 7000}};
  EXPECT_EQ(CountSlots(ranges), 5462);
  EXPECT_EQ(CountSlots({}), 0);
  EXPECT_EQ(CountSlots({{0, kSlots - 1}}), kSlots);
  for (const int slot : {0, 5460, 7000}) EXPECT_TRUE(ContainsSlot(ranges, slot));
  for (const int slot : {-1, 5461, 6999, 7001})
    EXPECT_FALSE(ContainsSlot(ranges, slot));
  EXPECT_EQ(ToString(ranges), "0-5460, 7000");
  EXPECT_EQ(ToString(std::vector<SlotRange>()), "");
}

TEST(ClusterViewTest, Finds) {
  const ClusterView view = MakeView();
  EXPECT_EQ(view.Find("b"), &view.nodes[1]);
  EXPECT_EQ(view.Find("c"), nullptr);
  EXPECT_EQ(view.Myself(), &view.nodes[0]);
  EXPECT_EQ(view.OwnerOf(7000), &view.nodes[0]);
  EXPECT_EQ(view.OwnerOf(16000), nullptr);
  EXPECT_EQ(ClusterView().Myself(), nullptr);
}

TEST(ClusterViewTest, ComesBackFromJson) {
  const ClusterView view = MakeView();
  const nlohmann::json json = view;
  EXPECT_EQ(json["nodes"][0]["slots"].dump(), "[[0,5460],[7000,7000]]");
  EXPECT_EQ(nlohmann::json::parse(json.dump()).get<ClusterView>(), view);
}

}  // namespace
}  // namespace slotquake
