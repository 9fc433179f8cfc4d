#ifndef SLOTQUAKE_HARNESS_EXPLORE_EXPLORER_H_
#define SLOTQUAKE_HARNESS_EXPLORE_EXPLORER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/explore/shrinker.h"
#include "harness/explore/space.h"
#include "harness/explore/try.h"

namespace slotquake {

struct ExploreSettings {
  std::uint64_t seed = 0;
  int runs = 20;                // composed scenarios
  int shrink_tries = 60;        // for each finding
  int attempts = 2;             // at a run that says something
  std::function<bool()> go_on;  // false: begin no further run
  std::function<void(const std::string&)> say;
  // Saves a scenario that fails, over what was saved before under its name.
  std::function<void(const Scenario&)> save;
};

// A composed scenario that failed.
struct Finding {
  std::string name;  // "explored_SEED_RUN"
  std::string why;   // the expectation that was not met, of its first run
  int tries = 0;     // runs that the shrinking took
  bool confirmed = false;
  bool minimal = false;
  std::string timeline{};  // of the simplest one, in short
};

struct Exploration {
  int passed = 0;
  int failed = 0;
  int inconclusive = 0;
  std::vector<Finding> findings;

  // The worst of all runs; inconclusive where there was none.
  Validity validity() const;
};

// "kill of redis-0 at 0 for 3000 ms; pause of ...": a timeline on one line.
std::string InShort(const std::vector<TimelineEntry>& timeline);

// Composes, runs and judges so many scenarios, and shrinks each that fails. An
// inconclusive run is made again, `attempts` times in all. `run` is given the seed of
// the composition too; it throws nothing.
Exploration Explore(
    const Space& space, const ExploreSettings& settings,
    const std::function<TryOutcome(const Scenario&, std::uint64_t seed)>& run);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_EXPLORER_H_
