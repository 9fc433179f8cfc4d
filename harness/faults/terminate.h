#ifndef SLOTQUAKE_HARNESS_FAULTS_TERMINATE_H_
#define SLOTQUAKE_HARNESS_FAULTS_TERMINATE_H_

#include "harness/faults/fault.h"

namespace slotquake {

// SIGTERM, as a supervisor asks a server to end: from version 7 on it pauses writes
// and waits for its replicas ("shutdown-timeout") before it goes. The interval lasts
// until the process is gone.
class Terminate : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_TERMINATE_H_
