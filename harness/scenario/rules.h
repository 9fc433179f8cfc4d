#ifndef SLOTQUAKE_HARNESS_SCENARIO_RULES_H_
#define SLOTQUAKE_HARNESS_SCENARIO_RULES_H_

#include <string>
#include <vector>

#include "harness/base/strict_json.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What the parts of a scenario must have to do with each other: nodes that are
// there, expectations that do not exclude one another. `scenario` is in the file's
// order. A rule is left out when a part it looks at has a mistake already, as that
// part then holds defaults. Appends to `mistakes`.
void CheckRules(const Scenario& scenario, std::vector<Mistake>* mistakes);

// Why the harness keeps a line of redis.conf to itself; "" when it may be set.
std::string WhyReserved(const std::string& config_key);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_SCENARIO_RULES_H_
