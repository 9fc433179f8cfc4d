#include "reports/time_series.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/base/rng.h"

namespace slotquake {
namespace {

Operation Op(Nanos completed, Nanos latency, Outcome outcome) {
  Operation op;
  op.completed = completed;
  op.intended = completed - latency;
  op.invoked = completed - latency / 2;
  op.outcome = outcome;
  return op;
}

TEST(TimeSeriesTest, CountsByOutcomeWhenTheAnswerCame) {
  History history;
  history.operations() = {Op(FromMillis(10), Nanos(1), Outcome::kAcked),
                          Op(FromMillis(49.9), Nanos(1), Outcome::kRejected),
                          Op(FromMillis(50), FromMillis(49), Outcome::kUnknown),
                          Op(FromMillis(120), Nanos(1), Outcome::kAcked)};
  const TimeSeries series = MakeTimeSeries(history, Nanos(0), FromMillis(120));
  ASSERT_EQ(series.bucket, FromMillis(50));
  EXPECT_EQ(series.acked, (std::vector<std::int64_t>{1, 0, 1}));
  EXPECT_EQ(series.rejected, (std::vector<std::int64_t>{1, 0, 0}));
  EXPECT_EQ(series.unknown, (std::vector<std::int64_t>{0, 1, 0}));
}

TEST(TimeSeriesTest, LatencyIsThatOfAckedOnesFromTheIntendedInstant) {
  History history;
  for (int i = 1; i <= 100; ++i) {
    history.operations().push_back(Op(FromMillis(10), Nanos(i), Outcome::kAcked));
  }
  history.operations().push_back(
      Op(FromMillis(10), FromMillis(500), Outcome::kUnknown));
  const TimeSeries series = MakeTimeSeries(history, Nanos(0), FromMillis(60));
  EXPECT_EQ(series.p50[0], Nanos(50));
  EXPECT_EQ(series.p99[0], Nanos(99));
  EXPECT_EQ(series.max[0], Nanos(100));
  EXPECT_EQ(series.p50[1], Nanos(-1)) << "nothing was acknowledged there";
}

TEST(TimeSeriesTest, AgreesWithSortingEachBucket) {
  Rng rng(7);
  History history;
  for (int i = 0; i < 5000; ++i) {
    history.operations().push_back(
        Op(Nanos(static_cast<std::int64_t>(rng.Below(1000000000))),
           Nanos(static_cast<std::int64_t>(rng.Below(5000))), Outcome::kAcked));
  }
  const TimeSeries series = MakeTimeSeries(history, Nanos(0), FromMillis(1000));
  for (std::size_t i = 0; i < 20; ++i) {
    std::vector<Nanos> sorted;
    for (const Operation& op : history.operations()) {
      if (op.completed / series.bucket == static_cast<std::int64_t>(i)) {
        sorted.push_back(op.completed - op.intended);
      }
    }
    std::sort(sorted.begin(), sorted.end());
    ASSERT_FALSE(sorted.empty());
    EXPECT_EQ(series.p50[i], sorted[(sorted.size() + 1) / 2 - 1]);
    EXPECT_EQ(series.p99[i], sorted[(sorted.size() * 99 + 99) / 100 - 1]);
    EXPECT_EQ(series.max[i], sorted.back());
  }
}

TEST(TimeSeriesTest, ALongRunHasWiderBuckets) {
  const TimeSeries series = MakeTimeSeries(History(), Nanos(0), std::chrono::hours(10));
  EXPECT_LE(series.acked.size(), 4001U);
  EXPECT_EQ(series.bucket % FromMillis(50), Nanos(0));
}

TEST(TimeSeriesTest, NothingAtAll) {
  EXPECT_EQ(MakeTimeSeries(History(), Nanos(5), Nanos(5)).acked.size(), 1U);
}

}  // namespace
}  // namespace slotquake
