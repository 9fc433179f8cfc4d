#ifndef SLOTQUAKE_HARNESS_FAULTS_CLIENT_PAUSE_H_
#define SLOTQUAKE_HARNESS_FAULTS_CLIENT_PAUSE_H_

#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// CLIENT PAUSE: clients wait, while the cluster bus goes on.
class ClientPause : public Fault {
 public:
  static FaultType Type();
  explicit ClientPause(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override {
    return writes_only_ ? fault_effect::kDegraded : fault_effect::kPaused;
  }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // A command that counts as a write waits longer than the probe.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Nanos pause_;
  bool writes_only_;
  Nanos until_{0};  // MonotonicNow(): by then the last pause has run out
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CLIENT_PAUSE_H_
