#ifndef SLOTQUAKE_HARNESS_FAULTS_NODE_PARTITION_H_
#define SLOTQUAKE_HARNESS_FAULTS_NODE_PARTITION_H_

#include <string>
#include <vector>

#include "harness/faults/machine_fault.h"

namespace slotquake {

// The machine, with all that runs on it, is cut from every other one; what runs there
// goes on, and reaches only its own.
class NodePartition : public MachineFault {
 public:
  static FaultType Type();

  NodePartition() : MachineFault("node_partition", "partition") {}

  std::string_view effect() const override { return fault_effect::kNetworkCut; }
  // The cut has stopped packets, and nobody answers at its nodes' addresses.
  std::vector<Proof> Prove(FaultContext& context) override;

 protected:
  Status CheckPossible(MachineControl& machines) const override;
  Status Break(MachineControl& machines, const std::string& machine) override;
  Status Mend(MachineControl& machines, const std::string& machine) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_NODE_PARTITION_H_
