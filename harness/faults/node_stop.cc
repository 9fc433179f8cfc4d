#include "harness/faults/node_stop.h"

namespace slotquake {

FaultType NodeStop::Type() {
  return {
      .name = "node_stop",
      .help = "the machine loses its power, with every node on it",
      .how =
          "docker kill of the machine's container, and the wait until it has ended. "
          "Undone by docker start: the machine boots with the disk as it was left.",
      .interval = "from before the signal until the container has ended",
      .proof =
          "The engine says that the container has ended, and a connection to each "
          "victim gets no answer at all. Undone: every server answers PING.",
      .teaches =
          "The honest loss of a machine: masters and replicas that share one go "
          "together, the API notices after 40 s, and pods on it stay lost until it "
          "is back.",
      .platforms =
          "On Kubernetes clusters that kind made, where the Docker engine is here. "
          "Machines that carry the control plane or the run's own workers are "
          "refused.",
      .options = {},
      .make = MakeFault<NodeStop>,
  };
}

Status NodeStop::CheckPossible(MachineControl& machines) const {
  return machines.CheckPower();
}

Status NodeStop::Break(MachineControl& machines, const std::string& machine) {
  return machines.Stop(machine);
}

Status NodeStop::Mend(MachineControl& machines, const std::string& machine) {
  return machines.Start(machine);
}

std::vector<Proof> NodeStop::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& machine : targets()) {
    proofs.push_back(ProveState(context, machine, MachineState::kStopped));
  }
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveSilent(context, node));
  }
  return proofs;
}

}  // namespace slotquake
