#include "reports/answers.h"

#include <gtest/gtest.h>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

TEST(AnswersTest, ZeroOnlyIfTheUpperBoundIsZero) {
  EXPECT_EQ(FigureOf({100, 0, 0}), "0");
  EXPECT_EQ(FigureOf({100, 0, 51}), "0 to 51");
  EXPECT_EQ(FigureOf({100, 0, std::nullopt}), "not known");
  EXPECT_EQ(FigureOf({100, std::nullopt, std::nullopt}), "not known");
  EXPECT_EQ(FigureOf({100, 2, std::nullopt}), "2 or more");
  EXPECT_EQ(FigureOf({100, 2, 2}), "2");
  EXPECT_EQ(FigureOf({5000, 1200, 3400}), "1\u00a0200 to 3\u00a0400");
}

TEST(AnswersTest, ThreeInOrderWithTheirFigures) {
  const auto answers = ThreeAnswers(SampleRun(500), SampleJudgement());
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].figure, "0");
  EXPECT_EQ(answers[0].unit, "of 53\u00a0912 acknowledged");
  EXPECT_EQ(answers[1].figure, "3.570 s");
  EXPECT_EQ(answers[1].bound, "theory 2.60 – 5.20 s");
  EXPECT_EQ(answers[2].figure, "26\u00a0820");
  EXPECT_NE(answers[2].text.find("+3.584 s"), std::string::npos) << answers[2].text;
}

TEST(AnswersTest, NothingJudgedIsNothingKnown) {
  for (const Answer& answer : ThreeAnswers(SampleRun(500), Judgement())) {
    EXPECT_EQ(answer.figure, "not known") << answer.title;
    EXPECT_EQ(answer.validity, Validity::kInconclusive) << answer.title;
  }
}

TEST(AnswersTest, TheReasonOfTheRangeFitsItsSize) {
  Judgement judgement = FailedJudgement();
  const RunRecord record = SampleRun(500);
  EXPECT_NE(ThreeAnswers(record, judgement)[0].text.find("ended unknown and may hide"),
            std::string::npos);
  Verdict lost = *judgement.Find("lost_writes");
  lost.details["upper"] = 50000;
  ReplaceVerdict(judgement, lost);
  const std::string text = ThreeAnswers(record, judgement)[0].text;
  EXPECT_NE(text.find("Not every counter"), std::string::npos) << text;
  EXPECT_EQ(text.find("may hide"), std::string::npos) << text;
}

TEST(AnswersTest, EachLoadHasItsOwnFigures) {
  Judgement judgement = SampleJudgement();
  Verdict lost = *judgement.Find("lost_writes");
  lost.details["counter"] = {{"acked", 40000}, {"lower", 1}, {"upper", 7}};
  lost.details["append"] = {{"acked", 13912}, {"lost", 2}, {"undecided", 1}};
  ReplaceVerdict(judgement, lost);
  EXPECT_NE(ThreeAnswers(SampleRun(500), judgement)[0].text.find(
                "Hits: 1 to 7 of 40\u00a0000; appends, each token read back: 2 to 3 of "
                "13\u00a0912."),
            std::string::npos);
}

// Two log lines of the same millisecond are not 0 apart.
TEST(AnswersTest, AStepBelowTheResolutionIsNotZero) {
  Judgement judgement = SampleJudgement();
  Verdict promotion = *judgement.Find("promotion_timing");
  for (int i : {3, 4})
    promotion.details["faults"][0]["phases"][i]["relative_ms"] = 3566;
  ReplaceVerdict(judgement, promotion);
  EXPECT_NE(ThreeAnswers(SampleRun(500), judgement)[1].text.find("votes under 1 ms"),
            std::string::npos);
}

TEST(AnswersTest, AFewSlotSecondsAreNotZero) {
  Judgement judgement = SampleJudgement();
  Verdict coverage = *judgement.Find("slot_coverage");
  coverage.details["slot_seconds_lost"] = 0.2;
  ReplaceVerdict(judgement, coverage);
  EXPECT_EQ(ThreeAnswers(SampleRun(500), judgement)[2].figure, "< 1");
}

TEST(AnswersTest, AnAssumptionThatDoesNotSayThatItHoldsIsBroken) {
  Judgement judgement = SampleJudgement();
  Verdict assumptions = *judgement.Find("assumptions");
  assumptions.details["items"][0]["holds"] = nullptr;
  ReplaceVerdict(judgement, assumptions);
  EXPECT_FALSE(AssumptionsOf(judgement)[0].holds);
}

TEST(AnswersTest, AVerdictWorseThanItsCasesIsAComplaint) {
  Judgement judgement = SampleJudgement();
  Verdict lost = *judgement.Find("lost_writes");
  lost.validity = Validity::kInconclusive;
  lost.summary = "checker_error: out of range";
  lost.cases.clear();
  ReplaceVerdict(judgement, lost);
  const auto complaints = Complaints(judgement);
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].name, "lost_writes");
  EXPECT_EQ(complaints[0].text, "checker_error: out of range");
}

TEST(AnswersTest, TheWorstComplaintComesFirst) {
  Judgement judgement = FailedJudgement();
  Verdict assumptions = judgement.verdicts.back();
  assumptions.validity = Validity::kInconclusive;
  assumptions.cases[0].validity = Validity::kInconclusive;
  judgement.verdicts.insert(judgement.verdicts.begin(), assumptions);
  const auto complaints = Complaints(judgement);
  ASSERT_GE(complaints.size(), 3U);
  EXPECT_EQ(complaints.front().validity, Validity::kFail);
  EXPECT_EQ(complaints.back().validity, Validity::kInconclusive);
}

}  // namespace
}  // namespace slotquake
