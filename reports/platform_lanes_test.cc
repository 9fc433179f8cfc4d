#include "reports/platform_lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

using testing::Contains;
using testing::HasSubstr;

const PlatformLane* Find(const std::vector<PlatformLane>& lanes,
                         const std::string& label) {
  for (const PlatformLane& lane : lanes) {
    if (lane.label == label) return &lane;
  }
  return nullptr;
}

TEST(PlatformLanesTest, APodGoesThroughItsStates) {
  const RunRecord record = SampleKubernetesRun(200);
  const auto lanes = PlatformLanes(record, FromMillis(14000));
  const PlatformLane* lane = Find(lanes, "redis-0");
  ASSERT_NE(lane, nullptr);
  std::vector<std::string> kinds;
  for (const PlatformPart& part : lane->parts) kinds.push_back(part.kind);
  EXPECT_EQ(kinds, (std::vector<std::string>{"ready", "ending", "gone", "pending",
                                             "pending", "running", "ready"}));
  for (std::size_t i = 1; i < lane->parts.size(); ++i) {
    EXPECT_EQ(lane->parts[i].from, lane->parts[i - 1].to);
  }
  EXPECT_EQ(lane->parts.back().to, FromMillis(14000));
  EXPECT_EQ(lane->parts.back().text, "Ready on kind-worker2 (10.244.2.9)");
  ASSERT_EQ(lane->ticks.size(), 3U);
  EXPECT_EQ(lane->ticks[0].text, "Killing: Stopping container redis");
}

TEST(PlatformLanesTest, OnlyMachinesThatWereNotWellHaveALane) {
  RunRecord record = SampleKubernetesRun(200);
  const PlatformLane* lane =
      Find(PlatformLanes(record, FromMillis(14000)), "kind-worker1");
  EXPECT_NE(lane, nullptr);
  std::erase_if(record.observations, [](const Observation& seen) {
    return seen.kind == observation_kind::kMachine && seen.at > FromMillis(2000);
  });
  EXPECT_EQ(Find(PlatformLanes(record, FromMillis(14000)), "kind-worker1"), nullptr);
}

TEST(PlatformLanesTest, MissingFieldsAreNoError) {
  RunRecord record = SampleRun(60);
  for (const auto kind :
       {observation_kind::kPod, observation_kind::kEvent, observation_kind::kMachine}) {
    for (const nlohmann::json& data :
         {nlohmann::json(), nlohmann::json::object(), nlohmann::json(3),
          nlohmann::json{{"uid", 3}, {"ready", "yes"}, {"restarts", "many"}}}) {
      for (const char* node : {"redis-0", "", "nobody"}) {
        record.observations.push_back({FromMillis(6000), FromMillis(6000), "platform",
                                       node, std::string(kind), data});
      }
    }
  }
  const auto lanes = PlatformLanes(record, FromMillis(14000));
  EXPECT_NE(Find(lanes, "redis-0"), nullptr);
  TellPlatform(record);
  EXPECT_EQ(PodPlacements(record).size(), 1U);
}

TEST(PlatformLanesTest, AnotherPlatformHasNone) {
  const RunRecord record = SampleRun(60);
  EXPECT_TRUE(PlatformLanes(record, FromMillis(14000)).empty());
  EXPECT_TRUE(TellPlatform(record).empty());
  EXPECT_TRUE(PodPlacements(record).empty());
}

TEST(PlatformLanesTest, NewsInWords) {
  std::vector<std::string> texts;
  for (const PlatformNews& news : TellPlatform(SampleKubernetesRun(200))) {
    texts.push_back(news.text);
  }
  EXPECT_THAT(texts, Contains("pod redis-0: deleted, given time to end"));
  EXPECT_THAT(texts, Contains("pod redis-0: Killing: Stopping container redis"));
  EXPECT_THAT(texts, Contains("pod redis-0: gone"));
  EXPECT_THAT(texts, Contains("pod redis-0: made again"));
  EXPECT_THAT(texts, Contains("pod redis-0: scheduled on kind-worker2"));
  EXPECT_THAT(texts, Contains("pod redis-0: address 10.244.2.9"));
  EXPECT_THAT(texts, Contains("pod redis-0: Ready"));
  EXPECT_THAT(texts, Contains("kind-worker1: machine ready, cordoned"));
  // The pod's own change says it already.
  EXPECT_THAT(texts, testing::Not(Contains(HasSubstr("Successfully assigned"))));
}

TEST(PlatformLanesTest, ARestartedContainerSaysHowItEnded) {
  RunRecord record = SampleRun(60);
  const auto add = [&](double at_ms, nlohmann::json data) {
    record.observations.push_back({FromMillis(at_ms), FromMillis(at_ms), "platform",
                                   "redis-0", "pod", std::move(data)});
  };
  add(1000, {{"uid", "u1"}, {"ready", true}, {"restarts", 0}, {"state", "running"}});
  add(2000, {{"uid", "u1"},
             {"ready", false},
             {"restarts", 0},
             {"state", "terminated"},
             {"reason", "OOMKilled"},
             {"exit_code", 137}});
  add(3000, {{"uid", "u1"}, {"ready", true}, {"restarts", 1}, {"state", "running"}});
  std::string all;
  for (const PlatformNews& news : TellPlatform(record)) all += news.text + "\n";
  EXPECT_THAT(all, HasSubstr("server ended: OOMKilled, exit code 137"));
  EXPECT_THAT(all, HasSubstr("server restarted, 1 so far"));
  EXPECT_EQ(PodPlacements(record).at(0).restarts, 1);
  EXPECT_EQ(PlatformLanes(record, FromMillis(9000)).at(0).ticks.size(), 1U);
}

}  // namespace
}  // namespace slotquake
