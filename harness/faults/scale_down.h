#ifndef SLOTQUAKE_HARNESS_FAULTS_SCALE_DOWN_H_
#define SLOTQUAKE_HARNESS_FAULTS_SCALE_DOWN_H_

#include <string>
#include <vector>

#include "harness/faults/pod_proofs.h"
#include "harness/faults/scale_target.h"

namespace slotquake {

// Fewer pods, without a word to the servers: those of the highest numbers go, and are
// the victims. Undone by the old scale: they come back with their data.
class ScaleDown : public Fault {
 public:
  static FaultType Type();

  explicit ScaleDown(const OptionValues& options) : scale_(TargetOf(options)) {}

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string Describe(const FaultContext& context) const override;
  // Returns when no victim's server answers any more.
  Status Inject(FaultContext& context) override;
  // The scale is as asked, and the victims' pods and servers are gone.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  ScaleChange scale_;
  std::vector<PodBefore> before_;
  bool scaled_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_SCALE_DOWN_H_
