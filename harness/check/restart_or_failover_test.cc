#include "harness/check/restart_or_failover.h"

#include "gtest/gtest.h"
#include "harness/testing/verdict_case.h"

namespace slotquake {
namespace {

class RestartOrFailoverCases : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(
    Recorded, RestartOrFailoverCases,
    testing::ValuesIn(VerdictCases("harness/check/testdata/restart_or_failover")),
    [](const auto& test) { return CaseName(test.param); });

TEST_P(RestartOrFailoverCases, HaveTheirKnownVerdict) {
  ExpectVerdict(GetParam(), CheckRestartOrFailover);
}

}  // namespace
}  // namespace slotquake
