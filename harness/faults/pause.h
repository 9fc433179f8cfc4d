#ifndef SLOTQUAKE_HARNESS_FAULTS_PAUSE_H_
#define SLOTQUAKE_HARNESS_FAULTS_PAUSE_H_

#include "harness/faults/fault.h"

namespace slotquake {

// SIGSTOP to the server's process: the host acknowledges packets, nobody answers. One
// that goes on after its successor was elected answers what had piled up in its
// sockets before it hears of the new epoch: a zombie.
class Pause : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kPaused; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // The kernel holds the process for stopped, and PING goes unanswered.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_PAUSE_H_
