#include "harness/check/lost_writes.h"

#include "gtest/gtest.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

class LostWritesCases : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    Recorded, LostWritesCases,
    testing::ValuesIn(VerdictCases("harness/check/testdata/lost_writes")),
    [](const auto& test) { return CaseName(test.param); });

TEST_P(LostWritesCases, HaveTheirKnownVerdict) {
  ExpectVerdict(GetParam(), CheckLostWrites);
}

}  // namespace
}  // namespace slotquake
