#ifndef SLOTQUAKE_HARNESS_FAULTS_NODE_PAUSE_H_
#define SLOTQUAKE_HARNESS_FAULTS_NODE_PAUSE_H_

#include <string>
#include <vector>

#include "harness/faults/machine_fault.h"

namespace slotquake {

// Every process of the machine stands still, and goes on where it was when that is
// undone. Its kernel still accepts connections, which then hang.
class NodePause : public MachineFault {
 public:
  static FaultType Type();

  NodePause() : MachineFault("node_pause", "freeze") {}

  std::string_view effect() const override { return fault_effect::kPaused; }
  // The platform says that it is paused, and its servers do not answer.
  std::vector<Proof> Prove(FaultContext& context) override;

 protected:
  Status CheckPossible(MachineControl& machines) const override;
  Status Break(MachineControl& machines, const std::string& machine) override;
  Status Mend(MachineControl& machines, const std::string& machine) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_NODE_PAUSE_H_
