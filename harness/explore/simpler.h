#ifndef SLOTQUAKE_HARNESS_EXPLORE_SIMPLER_H_
#define SLOTQUAKE_HARNESS_EXPLORE_SIMPLER_H_

#include <string>
#include <vector>

#include "harness/scenario/scenario.h"

namespace slotquake {

// A scenario that is a little simpler than another one.
struct Simpler {
  std::string how;  // "without kill", for who follows the shrinking
  Scenario scenario;
};

// What could be left out or made smaller, one thing each, what helps most first: fewer
// faults, then once instead of periodic, fixed times instead of triggers, options as by
// default, shorter, fewer victims, a smaller cluster, less load. All are valid; none is
// `scenario` again. Each has less of something and nothing more, so that a chain of
// them ends. Pure.
std::vector<Simpler> SimplerThan(const Scenario& scenario);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_SIMPLER_H_
