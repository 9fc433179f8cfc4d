#ifndef SLOTQUAKE_HARNESS_FAULTS_LATENCY_H_
#define SLOTQUAKE_HARNESS_FAULTS_LATENCY_H_

#include <string>
#include <vector>

#include "harness/faults/cut_plan.h"
#include "harness/faults/fault.h"

namespace slotquake {

// Packets between the victims and others arrive late; none is lost.
class Latency : public Fault {
 public:
  static FaultType Type();

  explicit Latency(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  // Measures round trips as they are before.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kNetworkImpaired; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Round trips from inside hosts opposite take at least the delay, and took less.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The rule is gone, and round trips take less again.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  // The least round trip that the delay can make.
  Nanos Least() const;
  Result<Nanos> Measure(FaultContext& context, const CutProbe& way) const;

  CutOptions options_;
  Nanos delay_;
  Nanos jitter_;
  std::vector<Nanos>
      before_;  // of each way of the plan; max(): it could not be measured
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_LATENCY_H_
