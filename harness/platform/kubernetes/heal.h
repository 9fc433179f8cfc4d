#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/platform/kubernetes/journal.h"
#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// What is to be healed.
struct HealOptions {
  KubeTarget target;  // its context; "": kubectl's current one
  std::string run{};  // "20261125T021500Z-42", as its folder is called; "": all
  // Only what runs have left in this namespace, which stays; "": everywhere.
  std::string name_space{};
  bool dry_run = false;
  std::string docker = "docker";
};

// How it went.
struct Healed {
  int steps = 0;                    // things that were done, or would be
  std::vector<std::string> left{};  // what is still broken or there, and why
};

// Undoes and removes what runs have left in a Kubernetes cluster and in the Docker
// engine here, after a runner was killed or could not end its work: first whatever the
// runs' journals say is broken, then all that has the labels of a run, then kind
// clusters that runs made for themselves. What has no label of a run is not touched,
// nor is a kind cluster that somebody else made. A run that goes on is taken for a dead
// one: name another with `run`, or wait. `say` gets a line for each step. Every step is
// bounded; it goes on after an error.
Healed Heal(const HealOptions& options,
            const std::function<void(const std::string&)>& say);

// Undoes what the journal in kubectl's namespace says is still in force, and removes
// nothing: for the end of a run, because the namespace takes the journal along and a
// scenario may leave faults as they are. Harmless where there is none.
// `lent`: the namespace is somebody else's and stays.
Healed UndoJournal(const Kubectl& own, bool lent,
                   const std::function<void(const std::string&)>& say);

// Whether a label's value names this run, or a trial of it. `run` as in HealOptions;
// "" is any. Pure.
bool IsOfRun(const std::string& label, const std::string& run);

// The run that made this kind cluster for itself; "" where its name is of another form.
// Pure.
std::string RunOfKindCluster(const std::string& name);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_H_
