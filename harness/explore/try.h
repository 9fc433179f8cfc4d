#ifndef SLOTQUAKE_HARNESS_EXPLORE_TRY_H_
#define SLOTQUAKE_HARNESS_EXPLORE_TRY_H_

#include <functional>
#include <set>
#include <string>

#include "harness/check/checker.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What one run of a scenario came to.
struct TryOutcome {
  Validity validity = Validity::kInconclusive;
  std::set<std::string> failed;  // cases: "lost_writes/max_window_ms"
  std::string why;               // the first that was not met; "" of a pass
  bool interrupted = false;      // somebody ended it: it counts only if it failed
};

// Runs a scenario once, on a new cluster.
using TryScenario = std::function<TryOutcome(const Scenario& scenario)>;

// What the judges said.
TryOutcome OutcomeOf(const Judgement& judgement);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_EXPLORE_TRY_H_
