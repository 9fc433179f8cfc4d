#include "harness/faults/node_partition.h"

#include <algorithm>
#include <thread>

namespace slotquake {
namespace {

// Within this, somebody has surely tried to pass: the kubelet, the cluster's bus.
constexpr std::chrono::seconds kLimit{5};

Proof ProveStopped(FaultContext& context, const std::string& machine) {
  const Nanos until = MonotonicNow() + std::min<Nanos>(kLimit, context.patience);
  while (true) {
    const auto stopped = context.cluster.machine_control()->Stopped(machine);
    const bool holds = stopped.ok() && *stopped > 0;
    if (holds || MonotonicNow() >= until) {
      return {.what = stopped.ok()
                          ? std::to_string(*stopped) + " packets from and to " +
                                machine + " stopped by the cut"
                          : stopped.message(),
              .holds = holds,
              .at = context.now()};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

FaultType NodePartition::Type() {
  return {
      .name = "node_partition",
      .help = "the machine is cut from all others, with every node on it",
      .how =
          "nftables rules in the network namespace of the machine's container drop "
          "what comes in and goes out by its uplink. What runs there goes on. Undone "
          "by removing them.",
      .interval = "from before the call until the rules are in force",
      .proof =
          "The rules have stopped packets, and a connection to each victim gets no "
          "answer at all. Undone: every server answers PING.",
      .teaches =
          "A minority behind a dead switch: masters that go on taking writes from "
          "clients on their side until the node timeout.",
      .platforms =
          "On Kubernetes clusters that kind made, where the Docker engine is here. "
          "Machines that carry the control plane or the run's own workers are "
          "refused.",
      .options = {},
      .make = MakeFault<NodePartition>,
  };
}

Status NodePartition::CheckPossible(MachineControl& machines) const {
  return machines.CheckCut();
}

Status NodePartition::Break(MachineControl& machines, const std::string& machine) {
  return machines.Cut(machine);
}

Status NodePartition::Mend(MachineControl& machines, const std::string& machine) {
  return machines.Heal(machine);
}

std::vector<Proof> NodePartition::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveSilent(context, node));
  }
  for (const std::string& machine : targets()) {
    proofs.push_back(ProveStopped(context, machine));
  }
  return proofs;
}

}  // namespace slotquake
