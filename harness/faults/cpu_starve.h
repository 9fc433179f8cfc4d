#ifndef SLOTQUAKE_HARNESS_FAULTS_CPU_STARVE_H_
#define SLOTQUAKE_HARNESS_FAULTS_CPU_STARVE_H_

#include "harness/faults/fault.h"

namespace slotquake {

// The servers get a share of a processor's time only.
class CpuStarve : public Fault {
 public:
  static FaultType Type();
  explicit CpuStarve(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kDegraded; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Proof ProveStarved(FaultContext& context, const std::string& node) const;

  const std::int64_t percent_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CPU_STARVE_H_
