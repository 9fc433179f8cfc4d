#include "harness/faults/node_stop.h"

namespace slotquake {

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
