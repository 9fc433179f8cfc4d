#include "harness/explore/try.h"

namespace slotquake {

TryOutcome OutcomeOf(const Judgement& judgement) {
  TryOutcome outcome;
  outcome.validity = judgement.validity;
  for (const Verdict& verdict : judgement.verdicts) {
    for (const Case& one : verdict.cases) {
      if (one.validity == Validity::kPass) continue;
      if (one.name == "interrupted") outcome.interrupted = true;
      const std::string name = verdict.checker + "/" + one.name;
      if (one.validity == Validity::kFail) outcome.failed.insert(name);
      if (one.validity == outcome.validity && outcome.why.empty()) {
        outcome.why = one.name + ": " + one.text;
      }
    }
  }
  return outcome;
}

}  // namespace slotquake
