#include "harness/faults/node_drain.h"

namespace slotquake {
namespace {

constexpr std::chrono::seconds kGoneLimit{10};

Proof ProveCordoned(FaultContext& context, const std::string& machine, bool wanted) {
  const auto cordoned = context.cluster.machine_control()->IsCordoned(machine);
  return {.what = cordoned.ok() ? "machine " + machine +
                                      (*cordoned ? " takes no new pods" : " takes pods")
                                : cordoned.message(),
          .holds = cordoned.ok() && *cordoned == wanted,
          .at = context.now()};
}

}  // namespace

FaultType NodeDrain::Type() {
  return {
      .name = "node_drain",
      .help = "the machine is emptied as for maintenance, with every node on it",
      .how =
          "kubectl drain: no new pods, and those there are evicted, whoever's they "
          "are, but those of DaemonSets. Pods that nobody would make again are in "
          "the way. Undone by kubectl uncordon.",
      .interval = "from before the call until all evicted pods are gone",
      .proof =
          "The machine takes no new pods, the API knows no pod of the old uids, and "
          "their servers do not answer any more. Undone: it takes pods, every pod is "
          "ready, its server answers PING.",
      .teaches =
          "What planned maintenance costs: servers get their SIGTERM all at once, "
          "and where their volumes belong to the machine they are away until it is "
          "back.",
      .platforms =
          "On Kubernetes, with the right to drain "
          "(deploy/kubernetes/rbac/node-drain.yaml). Machines that carry the control "
          "plane or the run's own workers are refused, and those that somebody else "
          "has cordoned.",
      .options = {},
      .make = MakeFault<NodeDrain>,
      .by_api = true,
  };
}

Status NodeDrain::CheckSupported(Cluster& cluster) const {
  const Status pods = NeedsPods(cluster, "node_drain");
  return pods.ok() ? MachineFault::CheckSupported(cluster) : pods;
}

Status NodeDrain::CheckPossible(MachineControl&) const { return Status::Ok(); }

Result<std::vector<std::string>> NodeDrain::Aim(FaultContext& context) {
  const auto hit = MachineFault::Aim(context);
  if (!hit.ok()) return hit;
  for (const std::string& machine : targets()) {
    const auto cordoned = context.cluster.machine_control()->IsCordoned(machine);
    if (!cordoned.ok()) return cordoned.status();
    if (*cordoned) {
      return Status::Error("this machine is left alone: somebody else has cordoned " +
                           machine);
    }
  }
  auto pods = LookAtPods(context, *hit);
  if (!pods.ok()) return pods.status();
  before_ = std::move(*pods);
  return hit;
}

Status NodeDrain::Break(MachineControl& machines, const std::string& machine) {
  return machines.Drain(machine);
}

Status NodeDrain::Mend(MachineControl& machines, const std::string& machine) {
  return machines.Uncordon(machine);
}

std::vector<Proof> NodeDrain::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& machine : targets()) {
    proofs.push_back(ProveCordoned(context, machine, true));
  }
  for (const PodBefore& before : before_) {
    proofs.push_back(ProvePodReplaced(context, before, kGoneLimit));
    proofs.push_back(ProveOldServerGone(context, before));
  }
  return proofs;
}

std::vector<Proof> NodeDrain::ProveRecovery(FaultContext& context) {
  const Status back = AwaitPodsBack(context, before_, false, kBackLimit);
  std::vector<Proof> proofs = ProvePodsBack(context, before_, false);
  for (const std::string& machine : targets()) {
    proofs.push_back(ProveCordoned(context, machine, false));
  }
  if (!back.ok()) {
    proofs.push_back({.what = back.message(), .holds = false, .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
