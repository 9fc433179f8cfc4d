#include "harness/faults/node_pause.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

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
