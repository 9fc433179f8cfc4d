#include "harness/redis/cluster_nodes.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "harness/base/rng.h"
#include "harness/redis/info_reply.h"

namespace slotquake {
namespace {

const char kOldMaster[] = "c386bbc4cd613e30d8f16adf91b7584a2265b1f5";
const char kNewMaster[] = "e4b06ce60741c7a87ce42c8218072e8c35bf992d";

std::string ReadTestData(const std::string& name) {
  std::ifstream in("harness/redis/testdata/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

struct Snapshot {
  std::string nodes;
  std::string info;
};

// Sections begin with "--- +2 ms".
std::vector<Snapshot> ReadSnapshots(const std::string& name) {
  std::vector<Snapshot> snapshots;
  std::istringstream in(ReadTestData(name));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("---")) {
      snapshots.emplace_back();
    } else if (line.starts_with("cluster_")) {
      snapshots.back().info += line + "\r\n";
    } else {
      snapshots.back().nodes += line + "\n";
    }
  }
  return snapshots;
}

ClusterView MustParse(const std::string& text) {
  Result<ClusterView> view = ParseClusterNodes(text);
  EXPECT_TRUE(view.ok()) << view.message();
  return view.ok() ? *view : ClusterView();
}

class ClusterNodesOfEveryVersion : public testing::TestWithParam<const char*> {};

TEST_P(ClusterNodesOfEveryVersion, TellsTheLossOfAMaster) {
  const std::vector<Snapshot> snapshots = ReadSnapshots(GetParam());
  ASSERT_GE(snapshots.size(), 4U);

  const ClusterView before = MustParse(snapshots.front().nodes);
  ASSERT_EQ(before.nodes.size(), 6U);
  ASSERT_NE(before.Myself(), nullptr);
  EXPECT_EQ(before.Myself()->address, "10.77.1.2");
  EXPECT_EQ(before.Myself()->port, 6379);
  // The server repeats its own range; it counts once.
  EXPECT_EQ(before.Myself()->slots, (std::vector<SlotRange>{{5461, 10921}}));
  ASSERT_NE(before.OwnerOf(0), nullptr);
  EXPECT_EQ(before.OwnerOf(0)->id, kOldMaster);
  EXPECT_EQ(before.Find(kNewMaster)->master_id, kOldMaster);
  EXPECT_FALSE(before.Find(kNewMaster)->master);
  EXPECT_EQ(before.Find(kNewMaster)->config_epoch, 1);
  EXPECT_TRUE(before.Find(kOldMaster)->connected);
  int slots = 0;
  for (const NodeView& node : before.nodes) slots += CountSlots(node.slots);
  EXPECT_EQ(slots, kSlots);

  // The order in which the flags came.
  std::string story;
  for (const Snapshot& snapshot : snapshots) {
    const ClusterView view = MustParse(snapshot.nodes);
    const NodeView& old_master = *view.Find(kOldMaster);
    EXPECT_FALSE(old_master.pfail && old_master.fail);
    story += old_master.fail ? 'F' : old_master.pfail ? 'p' : '.';
  }
  EXPECT_TRUE(story.starts_with("..p")) << story;
}

TEST_P(ClusterNodesOfEveryVersion, GoesWithClusterInfo) {
  for (const Snapshot& snapshot : ReadSnapshots(GetParam())) {
    const Result<ClusterInfo> info = ParseClusterInfo(snapshot.info);
    ASSERT_TRUE(info.ok()) << info.message();
    const ClusterView view = MustParse(snapshot.nodes);
    EXPECT_EQ(info->known_nodes, 6);
    EXPECT_EQ(info->size, 3);
    EXPECT_EQ(info->my_epoch, view.Myself()->config_epoch);
    EXPECT_EQ(info->slots_ok + info->slots_pfail + info->slots_fail, kSlots);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ClusterNodesOfEveryVersion,
                         testing::Values("redis-7.0.snapshots", "redis-8.0.snapshots",
                                         "valkey-8.0.snapshots",
                                         "valkey-8.1.snapshots"));

TEST(ClusterNodesTest, TheNewMasterOwnsTheSlots) {
  const ClusterView after =
      MustParse(ReadSnapshots("redis-7.0.snapshots").back().nodes);
  EXPECT_EQ(after.OwnerOf(0)->id, kNewMaster);
  EXPECT_TRUE(after.OwnerOf(0)->master);
  EXPECT_EQ(after.OwnerOf(0)->config_epoch, 4);
  EXPECT_TRUE(after.Find(kOldMaster)->fail);
  EXPECT_TRUE(after.Find(kOldMaster)->slots.empty());
}

std::string Line(const std::string& id_digit, const std::string& rest) {
  return std::string(40, id_digit[0]) + " " + rest + "\n";
}

TEST(ClusterNodesTest, ReadsEveryFormOfLine) {
  const ClusterView view = MustParse(
      Line("a", "10.77.1.1:6379@16379,redis-0.redis,tls-port=0,shard-id=" +
                    std::string(40, '9') +
                    " myself,master - 0 0 7 connected 5 7-9 100-200 " + "[93-<-" +
                    std::string(40, 'b') + "] [94->-" + std::string(40, 'b') + "]") +
      Line("b", ":0@0 master,noaddr - 1795356722751 1795356722249 2 disconnected") +
      Line("c",
           ":0@0 slave,fail,noaddr " + std::string(40, 'a') + " 1 2 7 disconnected") +
      Line("d", "10.77.1.4:6379@16379 handshake - 1 0 0 disconnected") +
      Line("e", "fd00::1:6380@16380 slave,nofailover " + std::string(40, 'a') +
                    " 0 1 7 connected\r"));
  ASSERT_EQ(view.nodes.size(), 5U);
  const NodeView& self = *view.Myself();
  EXPECT_EQ(self.address, "10.77.1.1");
  EXPECT_EQ(ToString(self.slots), "5, 7-9, 100-200");
  EXPECT_TRUE(self.open_slots);
  EXPECT_EQ(self.config_epoch, 7);
  EXPECT_EQ(view.nodes[1].address, "");
  EXPECT_EQ(view.nodes[1].port, 0);
  EXPECT_TRUE(view.nodes[1].master);
  EXPECT_FALSE(view.nodes[1].connected);
  EXPECT_TRUE(view.nodes[2].fail);
  EXPECT_FALSE(view.nodes[2].pfail);
  EXPECT_EQ(view.nodes[2].master_id, std::string(40, 'a'));
  EXPECT_TRUE(view.nodes[3].handshake);
  EXPECT_FALSE(view.nodes[3].open_slots);
  EXPECT_EQ(view.nodes[4].address, "fd00::1");
  EXPECT_EQ(view.nodes[4].port, 6380);
}

TEST(ClusterNodesTest, MergesRangesThatOverlap) {
  const ClusterView view = MustParse(
      Line("a", "h:1@2 myself,master - 0 0 1 connected 10-20 0-5 15-30 10-20 0-5"));
  EXPECT_EQ(view.nodes[0].slots, (std::vector<SlotRange>{{0, 5}, {10, 30}}));
}

TEST(ClusterNodesTest, RefusesWhatIsNotWhole) {
  const std::string self = Line("a", "h:1@2 myself,master - 0 0 1 connected 0-16383");
  ASSERT_TRUE(ParseClusterNodes(self).ok());
  for (const std::string& broken :
       {std::string(), self + self, self + "x\n",
        self + Line("b", "h:1@2 myself,slave - 0 0 1 connected"),
        Line("a", "h:1@2 master - 0 0 1 connected 0-16383"),
        Line("a", "h:1@2 myself,master - 0 0 1 connected 0-16384"),
        Line("a", "h:1@2 myself,master - 0 0 1 connected 5461-1092"),
        Line("a", "h:1@2 myself,master - 0 0 1 connected 0-"),
        Line("a", "h:1@2 myself,master - 0 0 1 connected -1-5"),
        Line("a", "h:1@2 myself,master - 0 0 1 connected [93-<-"),
        Line("a", "h:1@2 myself,master - 0 0 1 conn"),
        Line("a", "h:1@2 myself,master - 0 0 x connected"),
        Line("a", "h:1@2 myself,slave abc 0 0 1 connected"),
        Line("a", "h:70000@2 myself,master - 0 0 1 connected"),
        Line("a", "h myself,master - 0 0 1 connected"), "<id-n0>" + self.substr(40)}) {
    EXPECT_FALSE(ParseClusterNodes(broken).ok()) << broken;
  }
}

// Nothing that a bad network or a hostile peer sends may crash the harness.
TEST(ClusterNodesTest, SurvivesMutations) {
  const std::string good = ReadSnapshots("redis-7.0.snapshots").front().nodes;
  Rng rng(20261123);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (std::uint64_t edits = 1 + rng.Below(4); edits > 0; --edits) {
      const std::size_t at = rng.Below(text.size());
      switch (rng.Below(4)) {
        case 0:
          text[at] = static_cast<char>(rng.Below(256));
          break;
        case 1:
          text.resize(at + 1);
          break;
        case 2:
          text.erase(at, rng.Below(20));
          break;
        default:
          text.insert(at, text.substr(rng.Below(text.size()), rng.Below(40)));
      }
      if (text.empty()) text = " ";
    }
    const Result<ClusterView> view = ParseClusterNodes(text);
    if (!view.ok()) continue;
    for (const NodeView& node : view->nodes) {
      ASSERT_LE(CountSlots(node.slots), kSlots) << text;
      ASSERT_EQ(node.id.size(), 40U) << text;
    }
  }
}

}  // namespace
}  // namespace slotquake
