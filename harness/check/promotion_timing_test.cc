#include "harness/check/promotion_timing.h"

#include "gtest/gtest.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

class PromotionTimingCases : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    Recorded, PromotionTimingCases,
    testing::ValuesIn(VerdictCases("harness/check/testdata/promotion_timing")),
    [](const auto& test) { return CaseName(test.param); });

TEST_P(PromotionTimingCases, HaveTheirKnownVerdict) {
  ExpectVerdict(GetParam(), CheckPromotionTiming);
}

}  // namespace
}  // namespace slotquake
