#ifndef SLOTQUAKE_HARNESS_FAULTS_SCALE_UP_H_
#define SLOTQUAKE_HARNESS_FAULTS_SCALE_UP_H_

#include <string>
#include <vector>

#include "harness/faults/scale_target.h"

namespace slotquake {

// More pods, without a word to the servers: the new ones are empty and belong to no
// cluster. Needs room and volumes for them. Undone by the old scale.
class ScaleUp : public Fault {
 public:
  static FaultType Type();

  explicit ScaleUp(const OptionValues& options) : scale_(TargetOf(options)) {}

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kNone; }
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // As many pods as asked are there and ready.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  ScaleChange scale_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_SCALE_UP_H_
