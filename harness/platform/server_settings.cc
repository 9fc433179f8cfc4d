#include "harness/platform/server_settings.h"

#include <algorithm>
#include <cmath>

namespace slotquake {
namespace {

constexpr int kLargeCluster = 20;
constexpr int kPatientTimeoutMs = 15000;

}  // namespace

SlotRange SlotsOf(int index, int masters) {
  const double share = static_cast<double>(kSlots) / masters;
  return {static_cast<int>(std::lround(index * share)),
          static_cast<int>(std::lround((index + 1) * share)) - 1};
}

int BootNodeTimeout(const ClusterSpec& spec) {
  const bool large = spec.masters * (1 + spec.replicas_per_master) > kLargeCluster;
  return large ? std::max(spec.node_timeout_ms, kPatientTimeoutMs)
               : spec.node_timeout_ms;
}

std::map<std::string, std::string> SharedSettings(const ClusterSpec& spec,
                                                  bool seven_or_later) {
  std::map<std::string, std::string> settings = {
      // With the default of 5 s replicas are not in sync before 6 s.
      {"repl-diskless-sync-delay", "0"},
  };
  for (const auto& [name, value] : spec.config) settings[name] = value;
  settings["cluster-node-timeout"] = std::to_string(BootNodeTimeout(spec));
  // For DEBUG DIGEST, which shows at the end that replicas hold what masters do.
  if (seven_or_later) settings["enable-debug-command"] = "yes";
  return settings;
}

}  // namespace slotquake
