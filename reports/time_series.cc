#include "reports/time_series.h"

#include <algorithm>
#include <cstddef>

namespace slotquake {
namespace {

constexpr Nanos kLeastBucket = std::chrono::milliseconds(50);
constexpr std::int64_t kMostBuckets = 4000;

// The nearest rank: the least value that `percent` of them do not exceed.
std::int64_t Percentile(std::int64_t* begin, std::int64_t* end, std::int64_t percent) {
  const std::int64_t size = end - begin;
  std::int64_t* nth =
      begin + std::max<std::int64_t>((size * percent + 99) / 100, 1) - 1;
  std::nth_element(begin, nth, end);
  return *nth;
}

}  // namespace

TimeSeries MakeTimeSeries(const History& history, Nanos first, Nanos last) {
  TimeSeries series;
  series.first = first;
  series.bucket = kLeastBucket;
  const Nanos length = std::max(last - first, Nanos(1));
  if (length / kLeastBucket >= kMostBuckets) {
    // A multiple of the least width, so that its figure reads well.
    series.bucket = kLeastBucket * (length / (kLeastBucket * kMostBuckets) + 1);
  }
  const auto buckets = static_cast<std::size_t>(length / series.bucket) + 1;
  series.acked.resize(buckets);
  series.rejected.resize(buckets);
  series.unknown.resize(buckets);
  const auto bucket_of = [&](const Operation& op) {
    return static_cast<std::size_t>((op.completed - first) / series.bucket);
  };
  const auto inside = [&](const Operation& op) {
    return op.completed >= first && op.completed <= last;
  };
  for (const Operation& op : history.operations()) {
    if (!inside(op)) continue;
    std::vector<std::int64_t>& counts = op.outcome == Outcome::kAcked ? series.acked
                                        : op.outcome == Outcome::kRejected
                                            ? series.rejected
                                            : series.unknown;
    ++counts[bucket_of(op)];
  }
  // All latencies, bucket after bucket: a counting sort.
  std::vector<std::size_t> end(buckets);
  std::size_t total = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    end[i] = total;
    total += static_cast<std::size_t>(series.acked[i]);
  }
  std::vector<std::int64_t> latencies(total);
  for (const Operation& op : history.operations()) {
    if (op.outcome != Outcome::kAcked || !inside(op)) continue;
    latencies[end[bucket_of(op)]++] = (op.completed - op.intended).count();
  }
  series.p50.assign(buckets, Nanos(-1));
  series.p99.assign(buckets, Nanos(-1));
  series.max.assign(buckets, Nanos(-1));
  for (std::size_t i = 0; i < buckets; ++i) {
    if (series.acked[i] == 0) continue;
    std::int64_t* stop = latencies.data() + end[i];
    std::int64_t* start = stop - series.acked[i];
    series.p50[i] = Nanos(Percentile(start, stop, 50));
    series.p99[i] = Nanos(Percentile(start, stop, 99));
    series.max[i] = Nanos(*std::max_element(start, stop));
  }
  return series;
}

}  // namespace slotquake
