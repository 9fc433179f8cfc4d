#ifndef SLOTQUAKE_HARNESS_SCENARIO_KNOWN_FAULTS_H_
#define SLOTQUAKE_HARNESS_SCENARIO_KNOWN_FAULTS_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/option_reader.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What a scenario may name, as the table of faults knows it.
struct KnownFaults {
  std::vector<std::string> names;
  // Those that break the cluster as a whole, so that no victim is named.
  std::set<std::string> whole_cluster;
  // Asks `options` for every option that the entry's fault has; gives all of them,
  // with the defaults of those that are not there. Unset: no fault has options.
  std::function<nlohmann::json(const TimelineEntry& entry, OptionReader& options)> read;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_SCENARIO_KNOWN_FAULTS_H_
