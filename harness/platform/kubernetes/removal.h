#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_REMOVAL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_REMOVAL_H_

#include <functional>
#include <string>

#include "harness/base/status.h"
#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// What one run has made in a Kubernetes cluster.
struct RunTraces {
  std::string run;         // the value of the label slotquake/run
  std::string name_space;  // where it is
  // The namespace is somebody else's: it stays, and only what has the run's label is
  // deleted in it, with the rights of deploy/kubernetes/rbac/runner.yaml.
  bool lent = false;
};

// Deletes the namespace, what has no namespace and has the run's label, and the run's
// folder on every machine: by its agents, as long as they are there, else through the
// engine on kind, else what is in the servers' volumes. Waits until all of it is gone,
// up to `limit`, and not at all once `hurry` holds. Pods that have ended, but whose
// objects nobody takes away, are forced out of the API after 5 s, all others after
// 10 s: the machine they are on does not say goodbye. The error says what is left and
// how to remove it. Harmless when nothing is there.
Status RemoveRun(const Kubectl& kubectl, const RunTraces& traces, Nanos limit,
                 const std::function<bool()>& hurry);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_REMOVAL_H_
