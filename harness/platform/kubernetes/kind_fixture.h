#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KIND_FIXTURE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KIND_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/platform/kubernetes/kind_cluster.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/machines.h"
#include "harness/platform/kubernetes/pod_directory.h"
#include "harness/platform/kubernetes/pods_control.h"

namespace slotquake {

// The kind cluster that a test may break: its arguments --context=NAME and
// --kubeconfig=FILE, as main() keeps them. One with two workers or more, and with the
// image redis:7.0 on every machine, that nobody else uses meanwhile.
KubeTarget& KindTarget();
// Reads them; what is wrong with them, "" if nothing is.
std::string ReadKindArguments(int argc, char** argv);

// Waits until `holds`, at most `limit`.
bool Await(const std::function<bool()>& holds, Nanos limit);

// Two servers (of no cluster) as pods of a StatefulSet, each on a machine of its own,
// and an observer on the control plane that asks them: as much as faults of pods and
// machines need. In a namespace of their own, which is removed at the end.
class KindRedis : public Cluster, public PodDirectory {
 public:
  // `labels` of the namespace, as JSON.
  static Result<std::unique_ptr<KindRedis>> Deploy(const std::string& name_space,
                                                   const nlohmann::json& labels);
  ~KindRedis() override;

  const Kubectl& kubectl() const { return kubectl_; }  // in the namespace
  PodsControl& pods() { return pods_; }
  Machines& machines() { return machines_; }

  const std::vector<std::string>& nodes() const override { return nodes_; }
  Endpoint ClientEndpoint(const std::string& node) const override;
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override;
  std::string ProbeClientPort(const std::string& node, Nanos limit) override;
  Result<std::string> ReadLog(const std::string&) const override {
    return std::string();
  }
  std::vector<Observation> TakeObservations() override { return {}; }
  PodControl* pod_control() override { return &pods_; }
  MachineControl* machine_control() override { return &machines_; }

  Result<PodPlace> Find(const std::string& name) const override;
  std::map<std::string, std::string> Addresses() const override { return {}; }
  Result<Reach> AgentOn(const std::string&) const override {
    return Status::Error("there are no agents");
  }
  int client_port() const override { return 6379; }

 private:
  explicit KindRedis(const Kubectl& kubectl);
  Status AwaitReady();

  Kubectl kubectl_;
  std::vector<std::string> nodes_ = {"redis-0", "redis-1"};
  PodsControl pods_;
  Machines machines_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KIND_FIXTURE_H_
