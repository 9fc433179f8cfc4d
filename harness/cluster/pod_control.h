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
  std::string name;  // "redis-cluster-0"; known also when there is no such pod
  std::string uid;   // of this incarnation: a pod that was made again has another
  std::string phase;
  std::string address;  // "" while it has none
  std::string machine;  // where it runs
  bool ready = false;
  bool deleting = false;  // its deletion has been asked for, and is under way
  int restarts = 0;       // of the server's container
};

// How many pods there are to be, are there, and are ready.
struct PodScale {
  int wanted = 0;
  int existing = 0;
  int ready = 0;
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
  // Sets how many there are to be; does not wait. The pods of the highest numbers come
  // and go: a pod's number is what its name ends with.
  virtual Status Scale(int wanted) = 0;
  virtual Result<PodScale> CurrentScale() = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_POD_CONTROL_H_
