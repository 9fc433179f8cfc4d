#ifndef SLOTQUAKE_HARNESS_CLUSTER_POD_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_POD_CONTROL_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// A node's pod, as the orchestrator says it is now.
struct PodView {
  bool exists = false;
  std::string uid;  // of this incarnation: a pod that was made again has another
  std::string phase;
  std::string address;  // "" while it has none
  std::string machine;  // where it runs
  bool ready = false;
  int restarts = 0;  // of the server's container
};

// Power over the nodes as pods of an orchestrator. Every call names nodes.
class PodControl {
 public:
  virtual ~PodControl() = default;

  virtual Result<PodView> Look(const std::string& node) = 0;
  // Deletes the pods, all with one call, and does not wait. `grace`: nothing: the
  // pod's own; zero: forced, at once.
  virtual Status Delete(const std::vector<std::string>& nodes,
                        std::optional<std::chrono::seconds> grace) = 0;
  // Replaces all pods one after another, as `kubectl rollout restart` does; does not
  // wait.
  virtual Status RolloutRestart() = 0;
  // Sets how many nodes there are to be; does not wait.
  virtual Status Scale(int nodes) = 0;
  virtual Result<int> CurrentScale() = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_POD_CONTROL_H_
