#include "harness/check/assumptions.h"

#include "gtest/gtest.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

class AssumptionsCases : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    Recorded, AssumptionsCases,
    testing::ValuesIn(VerdictCases("harness/check/testdata/assumptions")),
    [](const auto& test) { return CaseName(test.param); });

TEST_P(AssumptionsCases, HaveTheirKnownVerdict) {
  ExpectVerdict(GetParam(), CheckAssumptions);
}

}  // namespace
}  // namespace slotquake
