#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_WATCH_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_WATCH_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/history/observation.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/pod_directory.h"
#include "harness/platform/kubernetes/pod_state.h"
#include "harness/platform/kubernetes/resource_watch.h"

namespace slotquake {

// What to watch.
struct PodWatchOptions {
  Kubectl own;              // the run's own namespace: workers, agents
  Kubectl servers;          // the namespace of the servers; may be the same
  std::string selector{};   // of the servers' pods
  std::string container{};  // of the server; "": the first
  // Nodes and the names of their pods, in the nodes' order.
  std::vector<std::pair<std::string, std::string>> nodes{};
  int client_port = 6379;
  int agent_port = 7071;
};

// Follows pods, events and machines through `kubectl get --watch`: the latest state of
// every pod, and observations of what changed. An interrupted watch is taken up again
// and loses no state. Thread-safe.
class PodWatch : public PodDirectory {
 public:
  // Tells that a node has another address than before. Called from a thread of the
  // watch, one call after another.
  using Moved = std::function<void(const std::string& node, const Endpoint& now)>;

  explicit PodWatch(PodWatchOptions options);
  ~PodWatch() override;

  Result<PodPlace> Find(const std::string& name) const override;
  const std::vector<std::string>& nodes() const override { return names_; }
  std::map<std::string, std::string> Addresses() const override;
  Result<Reach> AgentOn(const std::string& machine) const override;
  int client_port() const override { return options_.client_port; }

  // The name of a node's pod; for a worker its own name.
  std::string PodOf(const std::string& name) const;
  // The latest state of a node's or worker's pod; nothing while there is none.
  std::optional<PodState> Look(const std::string& name) const;
  // All pods of the run's own namespace, by their names.
  std::vector<PodState> OwnPods() const;
  // The address that the node has, or had last; "": never had any.
  std::string LastAddress(const std::string& node) const;
  // Replaces who is told.
  void OnMoved(Moved moved);
  // Waits until `holds`, which is asked at the start and whenever something changed.
  // False: the limit passed first.
  bool Await(const std::function<bool()>& holds, Nanos limit) const;
  // What was seen since the last call; times are MonotonicNow() on receipt.
  std::vector<Observation> TakeObservations();

 private:
  using Pods = std::map<std::string, PodState>;  // by name

  void SeePod(const std::string& name_space, const std::string& type,
              const nlohmann::json& object);
  void KeepOnly(const std::string& name_space, const std::set<std::string>& uids);
  void SeeEvent(const std::string& type, const nlohmann::json& object);
  void SeeMachine(const std::string& type, const nlohmann::json& object);
  // With the lock held.
  void Note(const std::string& kind, const std::string& node, nlohmann::json data);
  std::string NameOfPod(const std::string& name_space, const PodState& pod) const;
  const Pods& PodsIn(const Kubectl& where) const;
  bool IsNode(const std::string& name) const;
  std::optional<Endpoint> TakeMove(const std::string& name, const PodState& pod);
  void Follow(const Kubectl& kubectl, std::vector<std::string> resource);

  const PodWatchOptions options_;
  const Nanos started_wall_;
  std::vector<std::string> names_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, Pods> pods_;                   // by namespace
  std::map<std::string, std::string> last_addresses_;  // of nodes
  std::map<std::string, nlohmann::json> machines_;
  std::set<std::string> seen_events_;
  std::vector<Observation> observations_;
  mutable std::map<std::string, Reach> agents_;  // by the agent's pod
  std::mutex telling_;                           // around moved_
  Moved moved_;
  std::vector<std::unique_ptr<ResourceWatch>> watches_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_WATCH_H_
