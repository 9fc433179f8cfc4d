#ifndef SLOTQUAKE_HARNESS_FAULTS_BANDWIDTH_H_
#define SLOTQUAKE_HARNESS_FAULTS_BANDWIDTH_H_

#include <string>
#include <vector>

#include "harness/faults/cut_plan.h"
#include "harness/faults/fault.h"

namespace slotquake {

// Each victim's traffic with others shares a narrow way, one for each direction.
class Bandwidth : public Fault {
 public:
  static FaultType Type();

  explicit Bandwidth(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  // Measures how fast it is before.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kNetworkImpaired; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Bytes that a server gives back are no faster than the way is wide, and were.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The rule is gone, and they are faster again.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Result<double> Measure(FaultContext& context, const CutProbe& way) const;
  // What is faster than this did not go through the narrow way, in bits per second.
  double Fastest() const;

  CutOptions options_;
  std::int64_t bits_per_second_;
  std::vector<double> before_;  // of each way of the plan; 0: it could not be measured
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_BANDWIDTH_H_
