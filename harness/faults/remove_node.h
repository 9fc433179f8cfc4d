#ifndef SLOTQUAKE_HARNESS_FAULTS_REMOVE_NODE_H_
#define SLOTQUAKE_HARNESS_FAULTS_REMOVE_NODE_H_

#include "harness/faults/fault.h"

namespace slotquake {

// The victims leave the cluster: FORGET everywhere, RESET at the node. A replica, or a
// master without slots.
class RemoveNode : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  // Refuses who owns slots.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kDegraded; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  // Of a victim that is down at the time it is done by ProveRecovery, which the runner
  // calls when nobody holds it down any more.
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Nanos banned_until_{0};
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_REMOVE_NODE_H_
