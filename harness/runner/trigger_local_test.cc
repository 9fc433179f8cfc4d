// Triggers on a real cluster: the new master is killed as soon as it is promoted.
#include <filesystem>
#include <iostream>

#include "gtest/gtest.h"
#include "harness/platform/local/local_platform.h"
#include "harness/runner/inspection.h"
#include "harness/runner/rest.h"
#include "harness/runner/timeline.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

World* world = nullptr;
std::string server_path;

const StopRequested kNeverStop = [] { return false; };

TimelineEntry Kill(const VictimSpec& victim) {
  TimelineEntry entry;
  entry.fault = "kill";
  entry.victims = {victim};
  entry.recover.after_ms = 18'000;
  return entry;
}

TEST(TriggerLocalTest, TheNewMasterIsKilledAsSoonAsItIsPromoted) {
  LocalPlatform platform(*world, "/proc/self/exe", testing::TempDir());
  ClusterSpec spec;
  spec.server = server_path;
  spec.replicas_per_master = 2;
  spec.node_timeout_ms = 3000;
  auto cluster = platform.Deploy(spec, 7);
  ASSERT_TRUE(cluster.ok()) << cluster.message();
  ASSERT_TRUE(AwaitReady(**cluster, seconds(60), kNeverStop).ok());
  const auto nodes = DescribeNodes(**cluster);
  ASSERT_TRUE(nodes.ok()) << nodes.message();
  std::map<std::string, std::string> names;
  for (const NodeRecord& node : *nodes) names[node.id] = node.name;

  VictimSpec owner;
  owner.slot = 0;
  VictimSpec successor;
  successor.promoted = true;
  std::vector<TimelineEntry> entries = {Kill(owner), Kill(successor)};
  entries[1].when = TriggerSpec{.event = "promoted"};
  Timeline timeline(
      **cluster, entries, names, 1, [] { return MonotonicNow(); },
      [](const std::string& text) { std::cout << text << "\n"; });
  ASSERT_TRUE(timeline.CheckSupported().ok());
  timeline.Run(kNeverStop);

  const FaultRecord& first = timeline.records()[0];
  const FaultRecord& second = timeline.records()[1];
  ASSERT_TRUE(second.injected) << second.error;
  EXPECT_EQ(first.victims[0].node, "redis-0");
  EXPECT_NE(second.victims[0].node, "redis-0");
  EXPECT_TRUE(second.victims[0].was_master);
  EXPECT_EQ(second.victims[0].slots, first.victims[0].slots);
  EXPECT_GT(second.victims[0].config_epoch, first.victims[0].config_epoch);
  EXPECT_EQ(second.triggered_by.rfind(second.victims[0].node + " was promoted", 0), 0u)
      << second.triggered_by;
  // Nobody is found failing before the node timeout.
  EXPECT_GE(second.triggered_at - first.asked, seconds(3));
  EXPECT_TRUE(second.IsProven() && second.recovered && first.recovered);
  EXPECT_EQ(timeline.stuck(), "");
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  slotquake::server_path = std::filesystem::absolute(argv[1]).string();
  return slotquake::EnterWorld([](slotquake::World& inside) {
    slotquake::world = &inside;
    return RUN_ALL_TESTS();
  });
}
