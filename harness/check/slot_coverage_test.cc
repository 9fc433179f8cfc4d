#include "harness/check/slot_coverage.h"

#include "gtest/gtest.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

class SlotCoverageCases : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    Recorded, SlotCoverageCases,
    testing::ValuesIn(VerdictCases("harness/check/testdata/slot_coverage")),
    [](const auto& test) { return CaseName(test.param); });

TEST_P(SlotCoverageCases, HaveTheirKnownVerdict) {
  ExpectVerdict(GetParam(), CheckSlotCoverage);
}

}  // namespace
}  // namespace slotquake
