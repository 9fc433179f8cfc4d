#ifndef SLOTQUAKE_HARNESS_FAULTS_NODE_STOP_H_
#define SLOTQUAKE_HARNESS_FAULTS_NODE_STOP_H_

#include <string>
#include <vector>

#include "harness/faults/machine_fault.h"

namespace slotquake {

// The machine loses its power, and boots again when that is undone: nothing there says
// goodbye, the disk stays.
class NodeStop : public MachineFault {
 public:
  static FaultType Type();

  NodeStop() : MachineFault("node_stop", "power off") {}

  std::string_view effect() const override { return fault_effect::kHostGone; }
  // The platform says that it is off, and nobody answers at its nodes' addresses.
  std::vector<Proof> Prove(FaultContext& context) override;

 protected:
  Status CheckPossible(MachineControl& machines) const override;
  Status Break(MachineControl& machines, const std::string& machine) override;
  Status Mend(MachineControl& machines, const std::string& machine) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_NODE_STOP_H_
