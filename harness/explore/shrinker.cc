#include "harness/explore/shrinker.h"

#include <algorithm>
#include <optional>
#include <set>

#include "harness/explore/simpler.h"

namespace slotquake {
namespace {

constexpr int kAttempts = 3;  // at one run that says something

class Shrinking {
 public:
  Shrinking(const TryOutcome& outcome, const TryScenario& run,
            const ShrinkLimits& limits)
      : wanted_(outcome.failed), run_(run), limits_(limits) {}

  Shrunk Run(const Scenario& found) {
    Shrunk shrunk;
    shrunk.scenario = found;
    shrunk.confirmed = FailsAgain(found);
    if (shrunk.confirmed) {
      limits_.keep(found, tries_);
      while (Improve(shrunk.scenario)) {
      }
      shrunk.minimal = MayTry();
    }
    shrunk.tries = tries_;
    return shrunk;
  }

 private:
  bool MayTry() const { return tries_ < limits_.tries && limits_.go_on(); }

  // Whether it fails as wanted; nothing where no run says so or otherwise.
  std::optional<bool> Fails(const Scenario& scenario) {
    for (int attempt = 0; attempt < kAttempts && MayTry(); ++attempt) {
      ++tries_;
      const TryOutcome outcome = run_(scenario);
      if (outcome.validity == Validity::kPass) return false;
      if (outcome.validity == Validity::kInconclusive) continue;
      // Another failure is another finding: not what is being looked for.
      return std::any_of(
          outcome.failed.begin(), outcome.failed.end(),
          [this](const std::string& one) { return wanted_.contains(one); });
    }
    return std::nullopt;
  }

  // Whether what failed once does so again, in one of two further runs.
  bool FailsAgain(const Scenario& scenario) {
    return Fails(scenario).value_or(false) || Fails(scenario).value_or(false);
  }

  bool FailsTwice(const Scenario& scenario) {
    return Fails(scenario).value_or(false) && Fails(scenario).value_or(false);
  }

  // Takes the first that is simpler and fails; false when there is none.
  bool Improve(Scenario& scenario) {
    for (const Simpler& simpler : SimplerThan(scenario)) {
      if (!MayTry()) return false;
      const std::string text = ToJson(simpler.scenario).dump();
      if (!given_up_.insert(text).second) continue;
      if (!FailsTwice(simpler.scenario)) continue;
      scenario = simpler.scenario;
      limits_.say("still fails " + simpler.how + " (" + std::to_string(tries_) +
                  " tries)");
      limits_.keep(scenario, tries_);
      return true;
    }
    return false;
  }

  const std::set<std::string> wanted_;
  const TryScenario& run_;
  const ShrinkLimits& limits_;
  int tries_ = 0;
  std::set<std::string> given_up_;  // and what was taken, as JSON
};

}  // namespace

Shrunk Shrink(const Scenario& found, const TryOutcome& outcome, const TryScenario& run,
              const ShrinkLimits& limits) {
  return Shrinking(outcome, run, limits).Run(found);
}

}  // namespace slotquake
