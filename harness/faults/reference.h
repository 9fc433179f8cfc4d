#ifndef SLOTQUAKE_HARNESS_FAULTS_REFERENCE_H_
#define SLOTQUAKE_HARNESS_FAULTS_REFERENCE_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// What there is to know of a fault, from its type alone. All are pure.

// For a terminal.
std::string TellFault(const FaultType& type);

// docs/faults.md.
std::string FaultsPage(const std::vector<FaultType>& types);

// scenario.schema.json with "definitions"/"faults" made from the table: their names,
// which options each has, and which take no victim.
nlohmann::ordered_json WithFaults(nlohmann::ordered_json schema,
                                  const std::vector<FaultType>& types);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_REFERENCE_H_
