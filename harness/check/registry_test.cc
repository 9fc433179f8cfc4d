#include <algorithm>
#include <stdexcept>

#include "gtest/gtest.h"
#include "harness/check/checker.h"
#include "harness/testing/history_builder.h"

namespace slotquake {
namespace {

using nlohmann::json;

RunRecord Healthy() {
  return RecordFromJson(json::parse(R"({
    "ops": ["load c0 hits r0 0..1000 every 10 take 1 =1"],
    "final": {"hits": 100},
    "expect": {"lost_writes": {"max_count": 0}, "promotion": "forbidden"}})"));
}

Verdict Throws(const RunRecord&) { throw std::runtime_error("no such thing"); }

TEST(Registry, NamesInTheOrderOfTheReport) {
  std::vector<std::string> names;
  for (const CheckerType& checker : AllCheckers()) names.emplace_back(checker.name);
  EXPECT_EQ(names, (std::vector<std::string>{"lost_writes", "promotion_timing",
                                             "restart_or_failover", "slot_coverage",
                                             "view_agreement", "assumptions"}));
}

TEST(Registry, AHealthyRunPasses) {
  const Judgement judgement = Judge(Healthy());
  EXPECT_EQ(judgement.validity, Validity::kPass) << json(judgement).dump(1);
  EXPECT_EQ(judgement.verdicts.size(), AllCheckers().size());
}

TEST(Registry, AThrowingCheckerIsInconclusiveAndBreaksAnAssumption) {
  std::vector<CheckerType> checkers = AllCheckers();
  checkers[3].check = Throws;
  const Judgement judgement = JudgeWith(checkers, Healthy());
  EXPECT_EQ(judgement.validity, Validity::kInconclusive);
  const Verdict* thrown = judgement.Find("slot_coverage");
  ASSERT_NE(thrown, nullptr);
  EXPECT_EQ(thrown->validity, Validity::kInconclusive);
  EXPECT_EQ(thrown->cases.at(0).name, "checker_error");
  EXPECT_NE(thrown->summary.find("no such thing"), std::string::npos);
  EXPECT_EQ(judgement.Find("lost_writes")->validity, Validity::kPass);
  const Verdict* assumptions = judgement.Find("assumptions");
  EXPECT_EQ(assumptions->validity, Validity::kInconclusive);
  EXPECT_EQ(assumptions->cases.back().name, "checker_error");
  EXPECT_EQ(assumptions->details["items"].back()["holds"], false);
}

TEST(Registry, AScenarioOfTheWrongFormIsInconclusive) {
  RunRecord record = Healthy();
  record.scenario_json["expect"]["lost_writes"]["max_count"] = "many";
  EXPECT_EQ(Judge(record).validity, Validity::kInconclusive);
}

TEST(Registry, AnEmptyRecordNeverPasses) {
  EXPECT_EQ(Judge(RunRecord()).validity, Validity::kInconclusive);
}

TEST(Registry, AFailureOutweighsABrokenAssumption) {
  RunRecord record = Healthy();
  record.final_reads.at(0).value = 200;  // counted twice
  record.interrupted = true;
  const Judgement judgement = Judge(record);
  EXPECT_EQ(judgement.Find("assumptions")->validity, Validity::kInconclusive);
  EXPECT_EQ(judgement.validity, Validity::kFail);
}

TEST(Registry, AnyOrderAndAnyRepetitionGivesTheSameVerdicts) {
  const RunRecord record = Healthy();
  const Judgement first = Judge(record);
  std::vector<CheckerType> reversed = AllCheckers();
  std::reverse(reversed.begin(), reversed.end());
  const Judgement second = JudgeWith(reversed, record);
  EXPECT_EQ(first.validity, second.validity);
  for (const Verdict& verdict : first.verdicts) {
    EXPECT_EQ(json(verdict), json(*second.Find(verdict.checker))) << verdict.checker;
  }
}

}  // namespace
}  // namespace slotquake
