#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_ROLLOUT_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_ROLLOUT_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/kubernetes_site.h"
#include "harness/platform/kubernetes/pod_watch.h"

namespace slotquake {

// A pod that has to run.
struct AwaitedPod {
  std::string name;           // of the node or the worker
  bool must_be_ready = true;  // else it is enough that its container runs
};

// Which pods of a rollout are to run.
struct AwaitedPods {
  std::vector<AwaitedPod> pods;
  int agents = 0;  // and so many of component "agent", ready
};

// Waits until all of them run, and tells how many do. Gives up when `limit` has
// passed, or when pods are stuck (no image, no machine for them, a quota) and nothing
// has moved for `patience`; the error says of each pod what keeps it. `kubectl` is in
// the namespace of the pods.
Status AwaitPods(const AwaitedPods& awaited, const PodWatch& watch,
                 const Kubectl& kubectl, Nanos limit, Nanos patience,
                 const Narrator& narrator, const std::function<bool()>& stop);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_ROLLOUT_H_
