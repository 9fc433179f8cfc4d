#ifndef SLOTQUAKE_HARNESS_FAULTS_ROLLOUT_RESTART_H_
#define SLOTQUAKE_HARNESS_FAULTS_ROLLOUT_RESTART_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"
#include "harness/faults/pod_proofs.h"

namespace slotquake {

// Replaces every pod of the cluster, one after another, as `kubectl rollout restart`
// does. It ends by itself: "recover" waits, from its `after_ms` on, until the rollout
// is done, that is, until every pod is another one, is ready and answers.
class RolloutRestart : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string Describe(const FaultContext& context) const override;
  // Returns when the first server does not answer any more; the others follow.
  Status Inject(FaultContext& context) override;
  // At least one pod was replaced, together with its server.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

  // For each pod, until its successor is ready.
  static constexpr std::chrono::seconds kLimitPerPod{60};

 private:
  // The pod that was replaced first; nullptr while none was.
  const PodBefore* FirstReplaced(FaultContext& context);

  std::vector<PodBefore> before_;
  bool asked_for_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_ROLLOUT_RESTART_H_
