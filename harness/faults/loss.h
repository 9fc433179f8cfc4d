#ifndef SLOTQUAKE_HARNESS_FAULTS_LOSS_H_
#define SLOTQUAKE_HARNESS_FAULTS_LOSS_H_

#include <string>
#include <vector>

#include "harness/faults/cut_plan.h"
#include "harness/faults/fault.h"

namespace slotquake {

// A share of the packets between the victims and others is lost, by chance.
class Loss : public Fault {
 public:
  static FaultType Type();

  explicit Loss(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kNetworkImpaired; }
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Of the packets counted by the rule, the wanted share was lost.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The rule is gone, and the way is open.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Result<CutPlan> Plan(const FaultContext& context) const;

  CutOptions options_;
  double percent_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_LOSS_H_
