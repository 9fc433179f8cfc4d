#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PODS_CONTROL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PODS_CONTROL_H_

#include <map>
#include <string>
#include <vector>

#include "harness/cluster/pod_control.h"
#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// Power over the pods of one StatefulSet. Each call is one or two calls of kubectl, 0.1
// to 0.3 s each. Not thread-safe.
class PodsControl : public PodControl {
 public:
  // `kubectl` works in the namespace of the pods; `pods` has the pod of each node.
  PodsControl(Kubectl kubectl, std::map<std::string, std::string> pods)
      : kubectl_(std::move(kubectl)), pods_(std::move(pods)) {}

  Result<PodView> Look(const std::string& node) override;
  Status Delete(const std::vector<std::string>& nodes,
                std::optional<std::chrono::seconds> grace) override;
  Status RolloutRestart() override;
  Status Scale(int wanted) override;
  Result<PodScale> CurrentScale() override;

  // The name of the StatefulSet that owns the pods. An error says who does instead.
  Result<std::string> StatefulSet();

 private:
  Result<std::string> PodOf(const std::string& node) const;

  Kubectl kubectl_;
  std::map<std::string, std::string> pods_;
  std::string stateful_set_;  // "": not asked yet
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PODS_CONTROL_H_
