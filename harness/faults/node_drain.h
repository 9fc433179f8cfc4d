#ifndef SLOTQUAKE_HARNESS_FAULTS_NODE_DRAIN_H_
#define SLOTQUAKE_HARNESS_FAULTS_NODE_DRAIN_H_

#include <string>
#include <vector>

#include "harness/faults/machine_fault.h"
#include "harness/faults/pod_proofs.h"

namespace slotquake {

// The machine is emptied as for maintenance: no new pods, and those there are evicted.
// Where their volumes are local to it they can run nowhere else until that is undone
// (uncordon). [asked, done] ends when all are gone. A machine that somebody else has
// cordoned is left alone: nobody could say later who is to lift that.
class NodeDrain : public MachineFault {
 public:
  static FaultType Type();

  NodeDrain() : MachineFault("node_drain", "drain") {}

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  // The machine is cordoned, the pods of the old uids are gone, and so are their
  // servers.
  std::vector<Proof> Prove(FaultContext& context) override;
  // Every pod is ready again, somewhere, its server answers, and the machine takes
  // pods.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 protected:
  Status CheckPossible(MachineControl& machines) const override;
  Status Break(MachineControl& machines, const std::string& machine) override;
  Status Mend(MachineControl& machines, const std::string& machine) override;

 private:
  std::vector<PodBefore> before_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_NODE_DRAIN_H_
