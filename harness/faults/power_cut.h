#ifndef SLOTQUAKE_HARNESS_FAULTS_POWER_CUT_H_
#define SLOTQUAKE_HARNESS_FAULTS_POWER_CUT_H_

#include "harness/faults/fault.h"

namespace slotquake {

// The host loses power: first its network (nothing that is still in a socket
// buffer gets out), then the process. Clients see silence, not a refusal.
class PowerCut : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Packets were dropped, the process is gone, and its address is silent.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_POWER_CUT_H_
