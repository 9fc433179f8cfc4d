#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_CLUSTER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_CLUSTER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/platform/kubernetes/agent_control.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/log_keeper.h"
#include "harness/platform/kubernetes/pod_watch.h"

namespace slotquake {

// How the control plane speaks to servers: from a place that faults between nodes and
// clients do not touch.
struct ControlPlane {
  std::function<Result<Reply>(const Endpoint&, const std::vector<std::string>& command,
                              Nanos limit)>
      command;
  // "", or the error, as Cluster::ProbeClientPort.
  std::function<std::string(const Endpoint&, Nanos limit)> probe;
  std::string password{};  // of clients; "": none
};

// What can be done to the cluster; each may be missing.
struct Powers {
  std::unique_ptr<AgentControl> agents;  // processes and networks
  std::unique_ptr<TrafficControl> traffic;
  std::unique_ptr<LimitControl> limits;
  std::unique_ptr<PodControl> pods;
  std::unique_ptr<MachineControl> machines;
  std::unique_ptr<FaultJournal> journal;
};

// Servers in pods. Thread-safe: nodes, ClientEndpoint, Command, and what it is told by
// the watch; the rest is for one thread.
class KubernetesCluster : public Cluster {
 public:
  // `servers` is in the namespace of the servers; `container` is the server's in each
  // pod, "" where there is only one. `watch` outlives the cluster.
  KubernetesCluster(const Kubectl& servers, std::string container,
                    std::shared_ptr<PodWatch> watch, ControlPlane control,
                    Powers powers = {});
  ~KubernetesCluster() override;

  const std::vector<std::string>& nodes() const override { return watch_->nodes(); }
  Endpoint ClientEndpoint(const std::string& node) const override;
  void OnMoved(
      std::function<void(const std::string& node, const Endpoint& now)> moved) override;
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override;
  std::string ProbeClientPort(const std::string& node, Nanos limit) override;
  Result<std::string> ReadLog(const std::string& node) const override;
  std::vector<Observation> TakeObservations() override;
  std::string password() const override { return control_.password; }
  ProcessControl* process_control() override { return powers_.agents.get(); }
  NetworkControl* network_control() override { return powers_.agents.get(); }
  TrafficControl* traffic_control() override { return powers_.traffic.get(); }
  LimitControl* limit_control() override { return powers_.limits.get(); }
  PodControl* pod_control() override { return powers_.pods.get(); }
  MachineControl* machine_control() override { return powers_.machines.get(); }
  FaultJournal* fault_journal() override { return powers_.journal.get(); }

 private:
  std::vector<std::string> LogCommand(const std::string& node) const;
  // Of the container before this one, as long as the pod has it.
  std::string PreviousLog(const std::string& node) const;

  const Kubectl servers_;
  const std::string container_;
  const std::shared_ptr<PodWatch> watch_;
  const ControlPlane control_;
  Powers powers_;
  std::unique_ptr<LogKeeper> logs_;  // nullptr: the cluster is too large
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_CLUSTER_H_
