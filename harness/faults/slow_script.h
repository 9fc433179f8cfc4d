#ifndef SLOTQUAKE_HARNESS_FAULTS_SLOW_SCRIPT_H_
#define SLOTQUAKE_HARNESS_FAULTS_SLOW_SCRIPT_H_

#include "harness/faults/fault.h"

namespace slotquake {

// A Lua script that keeps the server's only thread busy.
class SlowScript : public Fault {
 public:
  static FaultType Type();
  explicit SlowScript(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kPaused; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // PING is not answered, or with BUSY.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Nanos duration_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_SLOW_SCRIPT_H_
