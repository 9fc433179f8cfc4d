#ifndef SLOTQUAKE_HARNESS_CLI_KNOWN_FAULTS_H_
#define SLOTQUAKE_HARNESS_CLI_KNOWN_FAULTS_H_

#include <string>
#include <vector>

#include "harness/scenario/parse.h"

namespace slotquake {

// The table of faults, as the scenario parser wants it.
KnownFaults FaultsForScenarios();

// A line for each mistake, with the file's name.
std::string DescribeMistakes(const std::string& file,
                             const std::vector<Mistake>& mistakes);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_KNOWN_FAULTS_H_
