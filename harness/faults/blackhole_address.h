#ifndef SLOTQUAKE_HARNESS_FAULTS_BLACKHOLE_ADDRESS_H_
#define SLOTQUAKE_HARNESS_FAULTS_BLACKHOLE_ADDRESS_H_

#include "harness/faults/fault.h"

namespace slotquake {

// The victims' addresses vanish: packets to and from them go nowhere, also those of the
// harness. The servers live on and do not know.
class BlackholeAddress : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kNetworkCut; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Connections are met by silence, the rule has stopped packets, and the process runs.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The rule is gone, servers answer, links are up.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_BLACKHOLE_ADDRESS_H_
