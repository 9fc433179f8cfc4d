#include "harness/check/theory.h"

#include <algorithm>
#include <cstdlib>

namespace slotquake {
namespace {

constexpr double kTickMs = 100;

// Major and minor as one number, 8.1 -> 801; 0 where there is none.
int VersionNumber(const std::string& version) {
  char* end = nullptr;
  const long major = std::strtol(version.c_str(), &end, 10);
  const long minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
  return static_cast<int>(major * 100 + minor);
}

}  // namespace

PromotionTheory ComputeTheory(const TheoryInput& input) {
  const double t_min = input.min_timeout_ms;
  const double t_max = input.max_timeout_ms;
  const bool valkey = input.engine == "valkey";
  const int version = VersionNumber(input.version);
  PromotionTheory theory;
  // Any node may be the first to notice, so the shortest timeout counts for both.
  theory.first_pfail = {t_min, 1.5 * t_min + kTickMs};
  theory.fail = {t_min, 1.5 * t_max + kTickMs + std::max(1000.0, t_max / 2)};
  theory.scheduled = {theory.fail.min_ms, theory.fail.max_ms + kTickMs};
  double delay_min = 500;
  double delay_max = 1000;
  if (valkey && version >= 900) delay_min = 0;  // the best replica starts at once
  delay_max += 1000.0 * input.rank;
  // From Valkey 8.1 on a rank that changes may also shorten the delay.
  if (!valkey || version < 801) delay_min += 1000.0 * input.rank;
  if (valkey && version >= 801) delay_max += 500.0 * (input.failed_masters - 1);
  theory.started = {theory.fail.min_ms + delay_min,
                    theory.fail.max_ms + delay_max + kTickMs};
  theory.won = {theory.started.min_ms, theory.started.max_ms + 2 * t_max};
  return theory;
}

double NodeTimeoutMs(const NodeRecord* node) {
  constexpr double kDefault = 15000;
  if (node == nullptr) return kDefault;
  const auto it = node->config.find("cluster-node-timeout");
  if (it == node->config.end()) return kDefault;
  const double timeout = std::strtod(it->second.c_str(), nullptr);
  return timeout > 0 ? timeout : kDefault;
}

double LeastTimeoutMs(const RunRecord& record) {
  double least = NodeTimeoutMs(nullptr);
  for (std::size_t i = 0; i < record.nodes.size(); ++i) {
    const double timeout = NodeTimeoutMs(&record.nodes[i]);
    least = i == 0 ? timeout : std::min(least, timeout);
  }
  return least;
}

}  // namespace slotquake
