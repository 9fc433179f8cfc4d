#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MACHINES_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MACHINES_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/agent/agent_client.h"
#include "harness/cluster/machine_control.h"
#include "harness/platform/kubernetes/kind_cluster.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/pod_directory.h"

namespace slotquake {

// Power over the machines ("nodes") of a Kubernetes cluster. Stop and Pause act on the
// containers of a kind cluster; elsewhere they are an error. So does Cut; elsewhere it
// is done by the machine's agent, which must go on being reached: the addresses of the
// control plane are left out of that cut, so that there the API server goes on holding
// the machine for ready, and the kernel ends it by itself after kCutLimit. Drain works
// on any cluster. Not thread-safe.
class Machines : public MachineControl {
 public:
  // `kubectl` works in the namespace of the run, where its workers are; `directory`
  // must outlive this.
  Machines(Kubectl kubectl, const PodDirectory& directory,
           std::string docker = "docker")
      : kubectl_(std::move(kubectl)),
        directory_(directory),
        docker_(std::move(docker)) {}

  Result<std::string> MachineOf(const std::string& node) override;
  // The control plane, and where a worker of the run is: it is the harness' own eyes.
  // Also why that could not be found out.
  std::string WhyProtected(const std::string& machine) override;

  Status CheckPower() override;
  Status CheckCut() override;
  Status Stop(const std::string& machine) override;
  Status Start(const std::string& machine) override;
  Status Pause(const std::string& machine) override;
  Status Resume(const std::string& machine) override;
  Result<MachineState> State(const std::string& machine) override;
  Status Cut(const std::string& machine) override;
  Status Heal(const std::string& machine) override;
  Result<std::int64_t> Stopped(const std::string& machine) override;

  // Evicts all pods but those of DaemonSets, whoever's they are, as an administrator's
  // drain does; their emptyDirs are lost. Not the pods that nobody would make again:
  // they are in the way (no --force). Bounded by kDrainLimit.
  Status Drain(const std::string& machine) override;
  Status Uncordon(const std::string& machine) override;
  Result<bool> IsCordoned(const std::string& machine) override;

  static constexpr std::chrono::seconds kDrainLimit{90};
  static constexpr std::chrono::minutes kCutLimit{15};

 private:
  // The kind cluster, asked for once; the error says why there is none.
  Result<KindCluster> Kind();
  Result<AgentClient> Agent(const std::string& machine) const;
  // Of all machines that carry the control plane; an error where there are none.
  Result<std::vector<std::string>> ControlPlaneAddresses() const;

  Kubectl kubectl_;
  const PodDirectory& directory_;
  std::string docker_;
  std::optional<KindCluster> kind_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MACHINES_H_
