#include "harness/explore/space.h"

#include <map>

#include "harness/cli/known_faults.h"

namespace slotquake {

std::string WhyNotByDefault(std::string_view fault) {
  static const std::map<std::string_view, std::string> kWhy = {
      {"address_reuse", "a server that belongs to nobody acknowledges writes"},
      {"all_restart_new_addresses", "a cluster need not survive it"},
      {"restart_empty", "it takes every write of its victims with it"},
  };
  const auto why = kWhy.find(fault);
  return why == kWhy.end() ? "" : why->second;
}

std::string RoleFor(std::string_view fault) {
  if (fault == "failover" || fault == "max_memory" || fault == "reshard") {
    return "master";
  }
  return fault == "add_node" || fault == "remove_node" ? "replica" : "any";
}

std::string WhyNotComposable(const FaultType& type) {
  for (const OptionSpec& option : type.options) {
    if (option.kind == OptionKind::kString && option.fallback.is_null()) {
      return "its option " + option.name + " must be given";
    }
  }
  return "";
}

Expectations DefaultExpectations(int node_timeout_ms) {
  Expectations expect;
  expect.lost_max_window_ms = 2.0 * node_timeout_ms;
  return expect;
}

ParsedScenario AsRead(const Scenario& scenario) {
  static const KnownFaults kKnown = FaultsForScenarios();
  return ParseScenario(ToJson(scenario).dump(), kKnown);
}

}  // namespace slotquake
