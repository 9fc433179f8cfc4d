#include "harness/check/view_agreement.h"

#include "gtest/gtest.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

class ViewAgreementCases : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    Recorded, ViewAgreementCases,
    testing::ValuesIn(VerdictCases("harness/check/testdata/view_agreement")),
    [](const auto& test) { return CaseName(test.param); });

TEST_P(ViewAgreementCases, HaveTheirKnownVerdict) {
  ExpectVerdict(GetParam(), CheckViewAgreement);
}

}  // namespace
}  // namespace slotquake
