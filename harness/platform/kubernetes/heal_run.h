#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_RUN_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_RUN_H_

#include <optional>
#include <set>
#include <string>

#include "harness/platform/kubernetes/heal_steps.h"
#include "harness/platform/kubernetes/journal.h"
#include "harness/platform/kubernetes/kind_cluster.h"
#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// Everything that one run has left in a Kubernetes cluster.
struct RunRemains {
  std::string run;                      // the label's value
  std::set<std::string> name_spaces{};  // those that have its label
  std::set<std::string> lent{};  // others, which stay, with objects that have its label
  bool cluster_wide = false;     // volumes, classes, roles
  std::optional<RunJournal> journal{};
};

// Undoes what the run's journal says is in force. `kind`: none where the machines are
// not at hand, `why_not` says so.
void UndoFaults(const Kubectl& kubectl, const std::optional<KindCluster>& kind,
                const std::string& why_not, const RunRemains& remains,
                HealSteps& steps);

// Removes the namespaces of the run, and what has no namespace and has its label.
// Agents that end with it undo what they have done.
void RemoveRemains(const Kubectl& kubectl, const RunRemains& remains, HealSteps& steps);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_RUN_H_
