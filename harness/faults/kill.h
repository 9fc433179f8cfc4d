#ifndef SLOTQUAKE_HARNESS_FAULTS_KILL_H_
#define SLOTQUAKE_HARNESS_FAULTS_KILL_H_

#include "harness/faults/fault.h"

namespace slotquake {

// SIGKILL to the server's process. Its host lives on: the kernel still delivers
// what is in the socket buffers, and new connections are refused.
class Kill : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // The process is gone, and its address refuses connections.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The server answers again.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_KILL_H_
