#include "harness/check/outage.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace slotquake {
namespace {

double Median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Outage MeasureOutage(const History& history, const SlotSet& slots, Nanos from,
                     Nanos back, Nanos end) {
  std::map<std::pair<int, int>, std::vector<Nanos>> acks;
  for (const Operation& op : history.operations()) {
    if (op.outcome != Outcome::kAcked || !slots.test(op.slot) || op.completed > end) {
      continue;
    }
    acks[{op.worker, op.client}].push_back(op.completed);
  }
  std::vector<double> felt;
  for (auto& [client, times] : acks) {
    std::sort(times.begin(), times.end());
    if (times.front() >= from) continue;
    times.push_back(end);
    std::vector<double> usual;
    double longest = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
      const double gap = ToMillis(times[i] - times[i - 1]);
      if (times[i] < from) {
        usual.push_back(gap);
      } else if (times[i - 1] <= back) {
        longest = std::max(longest, gap);
      }
    }
    felt.push_back(std::max(0.0, longest - Median(usual)));
  }
  Outage outage;
  outage.clients = static_cast<int>(felt.size());
  if (felt.empty()) return outage;
  outage.max_ms = *std::max_element(felt.begin(), felt.end());
  outage.median_ms = Median(felt);
  return outage;
}

}  // namespace slotquake
