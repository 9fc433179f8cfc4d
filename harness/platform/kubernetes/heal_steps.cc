#include "harness/platform/kubernetes/heal_steps.h"

namespace slotquake {

void HealSteps::Do(const std::string& what, const std::function<Status()>& act) {
  ++count_;
  if (dry_run_) {
    say_("would " + what);
    return;
  }
  const Status done = act();
  say_(what + (done.ok() ? "" : ": failed"));
  if (!done.ok()) left_.push_back("could not " + what + ": " + done.message());
}

void HealSteps::Done(const std::string& what) {
  ++count_;
  say_((dry_run_ ? "would " : "") + what);
}

void HealSteps::Leave(const std::string& what) { left_.push_back(what); }

}  // namespace slotquake
