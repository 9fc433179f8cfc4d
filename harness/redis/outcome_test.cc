#include "harness/redis/outcome.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(OutcomeTest, ErrorsGivenInsteadOfExecutingAreRejections) {
  for (const char* error :
       {"MOVED 3999 127.0.0.1:6381", "ASK 3999 127.0.0.1:6381",
        "CLUSTERDOWN The cluster is down", "CLUSTERDOWN Hash slot not served",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "LOADING Redis is loading the dataset in memory",
        "READONLY You can't write against a read only replica.",
        "NOREPLICAS Not enough good replicas to write.",
        "MISCONF Errors writing to the AOF file: No space left on device",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "NOAUTH Authentication required.",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to "
        "'no'.",
        "BUSY Redis is busy running a script.", "WRONGTYPE Operation against a key",
        "ERR max number of clients reached",
        "ERR value is not an integer or out of range"}) {
    EXPECT_EQ(OutcomeOfError(error), Outcome::kRejected) << error;
  }
}

TEST(OutcomeTest, AnErrorThatIsNotInTheTableIsUnknown) {
  for (const char* error : {"ERR upstream failure", "ERR", "", "MOVEDX 1 h:1",
                            "moved 1 h:1", "UNBLOCKED client unblocked", "NOGOOD"}) {
    EXPECT_EQ(OutcomeOfError(error), Outcome::kUnknown) << error;
  }
}

TEST(OutcomeTest, OnlyWhatWasNeverSentIsCertain) {
  EXPECT_EQ(OutcomeOf(IoFailure::kNotSent), Outcome::kRejected);
  EXPECT_EQ(OutcomeOf(IoFailure::kTimeout), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(IoFailure::kClosed), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(IoFailure::kProtocol), Outcome::kUnknown);
}

TEST(OutcomeTest, ReadsRedirects) {
  const auto moved = ParseRedirect("MOVED 3999 10.0.0.1:6381");
  ASSERT_TRUE(moved);
  EXPECT_FALSE(moved->ask);
  EXPECT_EQ(moved->slot, 3999);
  EXPECT_EQ(moved->target, (Endpoint{"10.0.0.1", 6381}));
  const auto ask = ParseRedirect("ASK 16383 ::1:6381");
  ASSERT_TRUE(ask);
  EXPECT_TRUE(ask->ask);
  EXPECT_EQ(ask->target, (Endpoint{"::1", 6381}));
  EXPECT_EQ(ParseRedirect("MOVED 3999 :6381")->target, (Endpoint{"", 6381}));
}

TEST(OutcomeTest, AMalformedRedirectIsNone) {
  for (const char* error :
       {"MOVED", "MOVED ", "MOVED 1", "MOVED 1 ", "MOVED x 10.0.0.1:1", "ASK -1 h:1",
        "MOVED 16384 h:1", "MOVED 1 h", "MOVED 1 h:", "MOVED 1 h:0", "MOVED 1 h:65536",
        "MOVED 1 ?:6379", "CLUSTERDOWN 1 h:1", ""}) {
    EXPECT_FALSE(ParseRedirect(error)) << error;
  }
}

}  // namespace
}  // namespace slotquake
