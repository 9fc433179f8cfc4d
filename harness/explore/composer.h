#ifndef SLOTQUAKE_HARNESS_EXPLORE_COMPOSER_H_
#define SLOTQUAKE_HARNESS_EXPLORE_COMPOSER_H_

#include <cstdint>
#include <string>

#include "harness/explore/space.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// The seed of one run of an exploration: of its composition, and of its trial.
std::uint64_t SeedOfRun(std::uint64_t seed, int run);

// A scenario by chance: the same space, name and seed give the same one, on every
// machine. It is valid, every fault of it is undone, and faults whose proofs would be
// in each other's way do not overlap (docs/explore.md). Pure.
Scenario Compose(const Space& space, const std::string& name, std::uint64_t seed);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_COMPOSER_H_
