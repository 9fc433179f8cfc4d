#ifndef SLOTQUAKE_HARNESS_EXPLORE_SPACE_H_
#define SLOTQUAKE_HARNESS_EXPLORE_SPACE_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/faults/fault.h"
#include "harness/scenario/parse.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What scenarios are composed from.
struct Space {
  ClusterSpec cluster;                   // of every scenario
  std::vector<const FaultType*> faults;  // at least one
  int most_faults = 3;                   // entries of a timeline
  Expectations expect;                   // of every scenario
};

// Why a fault is left out unless it is asked for by name: what it does by design is
// what explore looks for. "" for most.
std::string WhyNotByDefault(std::string_view fault);

// Whom a fault can hit: "master", "replica" or "any" (docs/faults.md).
std::string RoleFor(std::string_view fault);

// Why a fault can not be composed: an option of it must be given, and no table says
// what would make sense. "" if it can.
std::string WhyNotComposable(const FaultType& type);

// What must hold whatever happens: the cluster comes to rest, and no fault costs a
// longer window of acknowledged writes than two node timeouts.
Expectations DefaultExpectations(int node_timeout_ms);

// The scenario as `slotquake run` would read it from its file: every default written
// out, the timeline in the order of time; or what is wrong with it.
ParsedScenario AsRead(const Scenario& scenario);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_SPACE_H_
