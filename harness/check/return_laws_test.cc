// The laws of section 11 of docs/checking.md, over the recorded cases.
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "harness/check/restart_or_failover.h"
#include "harness/testing/history_builder.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr const char* kFolder = "harness/check/testdata/restart_or_failover";

RunRecord ReadCase(const std::string& path) {
  std::ifstream in(path);
  return RecordFromJson(json::parse(in));
}

std::vector<std::string> Kinds(const RunRecord& record) {
  std::vector<std::string> kinds;
  // Named, because a temporary would not outlive the loop's head.
  const Verdict verdict = CheckRestartOrFailover(record);
  for (const json& victim : verdict.details.at("victims")) {
    kinds.push_back(victim.at("kind").get<std::string>());
  }
  return kinds;
}

class ReturnLaws : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Recorded, ReturnLaws, testing::ValuesIn(VerdictCases(kFolder)),
                         [](const auto& test) { return CaseName(test.param); });

TEST_P(ReturnLaws, ShiftingAllTimesChangesNoKind) {
  RunRecord record = ReadCase(GetParam());
  const auto before = Kinds(record);
  const Nanos shift(3'600'000'000'000);
  for (Operation& op : record.history.operations()) {
    op.invoked += shift;
    op.completed += shift;
  }
  for (Observation& seen : record.observations) {
    seen.at += shift;
    seen.not_before += shift;
  }
  for (FaultRecord& fault : record.faults) {
    for (Nanos* at :
         {&fault.asked, &fault.done, &fault.recover_asked, &fault.recover_done}) {
      *at += shift;
    }
  }
  EXPECT_EQ(Kinds(record), before);
}

TEST_P(ReturnLaws, WithoutAPromotionThereIsNoFailover) {
  RunRecord record = ReadCase(GetParam());
  std::erase_if(record.observations, [](const Observation& seen) {
    return seen.at > Nanos(0) && (seen.kind == observation_kind::kLog ||
                                  seen.kind == observation_kind::kView);
  });
  for (const std::string& kind : Kinds(record)) {
    EXPECT_NE(kind, "failover");
    EXPECT_NE(kind, "both");
  }
}

TEST_P(ReturnLaws, AReplicaIsAlwaysNeither) {
  RunRecord record = ReadCase(GetParam());
  std::vector<std::string> expected;
  for (FaultRecord& fault : record.faults) {
    for (Victim& victim : fault.victims) {
      victim.was_master = false;
      expected.push_back("neither");
    }
  }
  EXPECT_EQ(Kinds(record), expected);
}

TEST_P(ReturnLaws, FewerSightingsOfAReturnMakeNoFailover) {
  RunRecord record = ReadCase(GetParam());
  const auto before = Kinds(record);
  std::erase_if(record.observations, [](const Observation& seen) {
    return seen.kind == observation_kind::kReachable;
  });
  const auto after = Kinds(record);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == "restart") {
      EXPECT_NE(after[i], "failover");
    }
  }
}

}  // namespace
}  // namespace slotquake
