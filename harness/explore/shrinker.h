#ifndef SLOTQUAKE_HARNESS_EXPLORE_SHRINKER_H_
#define SLOTQUAKE_HARNESS_EXPLORE_SHRINKER_H_

#include <functional>
#include <string>

#include "harness/explore/try.h"

namespace slotquake {

// How far a shrinking may go, and who follows it.
struct ShrinkLimits {
  int tries = 60;               // runs of scenarios at most
  std::function<bool()> go_on;  // false: no further run
  std::function<void(const std::string&)> say;
  // Called with each scenario that is known to fail, and how many tries that took.
  std::function<void(const Scenario&, int tries)> keep;
};

struct Shrunk {
  Scenario scenario;       // the simplest that is known to fail
  int tries = 0;           // runs that it took, without the one that found it
  bool confirmed = false;  // it has failed at least twice
  bool minimal = false;    // nothing simpler was left to try
};

// Looks for the simplest scenario that fails in a way in which `found`, whose run had
// that `outcome`, did. Nothing is taken on one run's word: `found` must fail again in
// one of two further runs, what is simpler in two of two; an inconclusive run says
// nothing, and is made again up to twice. So a scenario that fails now and then only
// may stay larger than it must be, but hardly becomes one that does not fail.
Shrunk Shrink(const Scenario& found, const TryOutcome& outcome, const TryScenario& run,
              const ShrinkLimits& limits);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_SHRINKER_H_
