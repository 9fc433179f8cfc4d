#include "reports/story.h"

#include <gtest/gtest.h>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

TEST(StoryTest, IsInOrderAndJoinsThoseWhoSayTheSame) {
  const RunRecord record = SampleRun(500);
  const Judgement judgement = SampleJudgement();
  const auto story = TellStory(record, judgement, MakeTimeAxis(record, judgement));
  ASSERT_FALSE(story.empty());
  EXPECT_EQ(story.front().speaker, Speaker::kFault);
  bool joined = false;
  for (std::size_t i = 0; i < story.size(); ++i) {
    if (i > 0) {
      EXPECT_GE(story[i].relative_ms, story[i - 1].relative_ms);
    }
    if (story[i].text == "Cluster state changed: ok") {
      joined = story[i].who.size() == 5;
      EXPECT_EQ(NamesOf(story[i]), "redis-1 and 4 more");
    }
  }
  EXPECT_TRUE(joined);
}

TEST(StoryTest, TellsWhatAFaultWaitedForAndWhen) {
  RunRecord record = SampleRun(500);
  record.faults[0].triggered_by = "redis-3 was promoted";
  record.faults[0].triggered_at = record.faults[0].done - Nanos(4'000'000);
  const Judgement judgement = SampleJudgement();
  const TimeAxis axis = MakeTimeAxis(record, judgement);
  const auto story = TellStory(record, judgement, axis);
  ASSERT_FALSE(story.empty());
  EXPECT_EQ(story.front().text, "(what kill waited for: redis-3 was promoted)");
  EXPECT_EQ(story.front().relative_ms, axis.RelativeMs(record.faults[0].done) - 4);
}

TEST(StoryTest, IsCutAndSaysSo) {
  const RunRecord record = SampleRun(500);
  const Judgement judgement = SampleJudgement();
  const auto story = TellStory(record, judgement, MakeTimeAxis(record, judgement), 4);
  ASSERT_EQ(story.size(), 5U);
  EXPECT_NE(story.back().text.find("further lines"), std::string::npos);
}

TEST(StoryTest, TellsTheStepsOfAFaultThatGoesOnChanging) {
  RunRecord record = SampleRun(500);
  record.faults[0].type = "flapping";
  record.faults[0].steps = {{"whole", FromMillis(6000), FromMillis(6001), ""},
                            {"cut", FromMillis(7000), FromMillis(7001), "no rule"}};
  const Judgement judgement = SampleJudgement();
  std::vector<std::string> told;
  for (const StoryLine& line :
       TellStory(record, judgement, MakeTimeAxis(record, judgement))) {
    if (line.text.rfind("flapping: ", 0) == 0) told.push_back(line.text);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"flapping: whole",
                                            "flapping: cut, failed: no rule"}));
}

TEST(StoryTest, TellsWhatTheOrchestratorSaw) {
  const RunRecord record = SampleKubernetesRun(500);
  const Judgement judgement = SampleJudgement();
  bool told = false;
  for (const StoryLine& line :
       TellStory(record, judgement, MakeTimeAxis(record, judgement))) {
    if (line.speaker != Speaker::kPlatform) continue;
    EXPECT_EQ(NamesOf(line), "kubernetes");
    told |= line.text == "pod redis-0: scheduled on kind-worker2" &&
            line.relative_ms > 2800 && line.relative_ms < 3000;
  }
  EXPECT_TRUE(told);
}

TEST(StoryTest, IdsAreNamed) {
  const RunRecord record = SampleRun(60);
  EXPECT_EQ(NameIds(record, "about " + record.nodes[2].id + "."),
            "about " + record.nodes[2].id.substr(0, 6) + "… (redis-2).");
}

TEST(StoryTest, TheExcerptIsAroundTheFault) {
  RunRecord record = SampleRun(500);
  const Judgement judgement = SampleJudgement();
  const std::string excerpt =
      LogExcerpt(record, MakeTimeAxis(record, judgement), "redis-3");
  EXPECT_NE(excerpt.find("Failover election won"), std::string::npos) << excerpt;
  EXPECT_NE(excerpt.find("55 lines before"), std::string::npos) << excerpt;
  EXPECT_EQ(excerpt.find("* line 10\n"), std::string::npos) << excerpt;
}

TEST(StoryTest, ALogWithoutAnyObservationShowsItsEnd) {
  RunRecord record = SampleRun(500);
  record.observations.clear();
  const std::string excerpt =
      LogExcerpt(record, MakeTimeAxis(record, Judgement()), "redis-3");
  EXPECT_NE(excerpt.find("Cluster state changed: ok"), std::string::npos) << excerpt;
  EXPECT_EQ(LogExcerpt(record, MakeTimeAxis(record, Judgement()), "nobody"), "");
}

}  // namespace
}  // namespace slotquake
