#ifndef SLOTQUAKE_HARNESS_EXPLORE_DRAW_H_
#define SLOTQUAKE_HARNESS_EXPLORE_DRAW_H_

#include <vector>

#include "harness/base/rng.h"
#include "harness/faults/fault.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// What an election takes at most, in milliseconds, on top of the time until a node is
// found failing (docs/add_a_scenario.md).
inline constexpr int kElection = 2500;

// One of them, each with the same chance.
template <typename T>
const T& OneOf(const std::vector<T>& values, Rng& rng) {
  return values[rng.Below(values.size())];
}

// In [low, high].
int Between(int low, int high, Rng& rng);

// How long something lasts, in milliseconds: well below the node timeout, around it,
// or long enough for a failover; these make all the difference.
int DrawDuration(int node_timeout_ms, Rng& rng);

// Options for a fault, drawn from its table: about half keep their defaults, the others
// are within their limits and of the order of the default, or, of times, of the node
// timeout. They fit together.
nlohmann::json DrawOptions(const FaultType& type, int node_timeout_ms, Rng& rng);

// The fault's effect (fault_effect) with these options.
std::string_view EffectOf(const FaultType& type, const nlohmann::json& options);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_DRAW_H_
