#ifndef SLOTQUAKE_HARNESS_FAULTS_CRASH_LOOP_H_
#define SLOTQUAKE_HARNESS_FAULTS_CRASH_LOOP_H_

#include "harness/faults/fault.h"

namespace slotquake {

// The server is killed, started, and killed again as often as it is told. It begins
// with a kill.
class CrashLoop : public Fault {
 public:
  static FaultType Type();
  static std::string Check(const OptionValues& options);
  explicit CrashLoop(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Of the first kill, as kill.
  std::vector<Proof> Prove(FaultContext& context) override;
  Nanos NextStep() const override { return next_; }
  // Starts it, or kills it again.
  Result<std::string> Step(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // It answers, and goes on answering.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Nanos every_;
  Nanos away_;
  int times_;
  int kills_ = 0;
  bool down_ = false;
  Nanos next_ = Nanos::max();
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CRASH_LOOP_H_
