#ifndef SLOTQUAKE_HARNESS_SCENARIO_PARSE_H_
#define SLOTQUAKE_HARNESS_SCENARIO_PARSE_H_

#include <filesystem>
#include <string_view>
#include <vector>

#include "harness/base/strict_json.h"
#include "harness/scenario/known_faults.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// A scenario, or what is wrong with its file. Only a scenario that is ok() may be
// run: after a mistake the rest holds defaults.
struct ParsedScenario {
  Scenario scenario;
  std::vector<Mistake> mistakes;
  bool ok() const { return mistakes.empty(); }
};

// Reads a scenario's text: JSON, its form, and what must fit together. All mistakes
// are found in one go. The timeline comes out in the order of time. Thread-safe.
ParsedScenario ParseScenario(std::string_view text, const KnownFaults& faults);

// The same for a file, whose name must be the scenario's with ".json". A file that
// can not be read is a mistake.
ParsedScenario ReadScenario(const std::filesystem::path& file,
                            const KnownFaults& faults);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_SCENARIO_PARSE_H_
