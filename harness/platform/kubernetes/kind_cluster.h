#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KIND_CLUSTER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KIND_CLUSTER_H_

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/machine_control.h"
#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// The machines of a cluster that kind made: containers of the Docker engine here. What
// is done to one goes through the engine, so that it works as well where the API server
// does not reach it. Thread-safe.
class KindCluster {
 public:
  // The kind cluster that kubectl speaks to. The error says why it is none whose
  // machines are at hand. Names and labels alone could be those of a cluster elsewhere:
  // one container must have the machine id that the API server tells of it.
  static Result<KindCluster> Of(const Kubectl& kubectl,
                                const std::string& docker = "docker");
  // By its name; nothing is asked.
  explicit KindCluster(std::string name, std::string docker = "docker")
      : name_(std::move(name)), docker_(std::move(docker)) {}
  // All kind clusters of the engine.
  static Result<std::vector<std::string>> AllNames(
      const std::string& docker = "docker");

  const std::string& name() const { return name_; }
  // The containers, in the order of their names.
  Result<std::vector<std::string>> Machines() const;

  // SIGKILL to all that runs there, as a power cut; and a boot with the disk as it was
  // left. Both return when it is done and are harmless when there is nothing to do.
  Status Stop(const std::string& machine) const;
  Status Start(const std::string& machine) const;
  // The freezer, and out of it again. Harmless when there is nothing to do.
  Status Pause(const std::string& machine) const;
  Status Resume(const std::string& machine) const;
  Result<MachineState> State(const std::string& machine) const;

  // Runs a shell script there as root, in the machine's own namespaces.
  Result<std::string> Shell(const std::string& machine, const std::string& script,
                            Nanos limit = std::chrono::seconds(20)) const;

  // Removes the containers and their volumes: the whole cluster.
  Status Delete() const;

 private:
  Result<std::string> Docker(const std::vector<std::string>& arguments,
                             const std::string& input = "",
                             Nanos limit = std::chrono::seconds(30)) const;

  std::string name_;
  std::string docker_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KIND_CLUSTER_H_
