#include "harness/faults/node_pause.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

FaultType NodePause::Type() {
  return {
      .name = "node_pause",
      .help = "the machine stands still, with every node on it",
      .how =
          "docker pause of the machine's container: the freezer stops all its "
          "processes. Undone by docker unpause.",
      .interval = "from before the call until the engine has done it",
      .proof =
          "The engine says that the container is paused, and PING gets no answer "
          "from the victims. Undone: every server answers PING.",
      .teaches =
          "Zombies: a machine that goes on after its masters were replaced answers "
          "what had piled up before it hears of that.",
      .platforms =
          "On Kubernetes clusters that kind made, where the Docker engine is here. "
          "Machines that carry the control plane or the run's own workers are "
          "refused.",
      .options = {},
      .make = MakeFault<NodePause>,
  };
}

Status NodePause::CheckPossible(MachineControl& machines) const {
  return machines.CheckPower();
}

Status NodePause::Break(MachineControl& machines, const std::string& machine) {
  return machines.Pause(machine);
}

Status NodePause::Mend(MachineControl& machines, const std::string& machine) {
  return machines.Resume(machine);
}

std::vector<Proof> NodePause::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& machine : targets()) {
    proofs.push_back(ProveState(context, machine, MachineState::kPaused));
  }
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveNoAnswer(context, node));
  }
  return proofs;
}

}  // namespace slotquake
