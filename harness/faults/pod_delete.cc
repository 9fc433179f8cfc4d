#include "harness/faults/pod_delete.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// What a pod's own grace is unless it says otherwise.
constexpr seconds kUsualGrace{30};
// For the platform to do what it was told, beyond the grace.
constexpr seconds kPlatformTime{15};

}  // namespace

Status PodDelete::CheckSupported(Cluster& cluster) const {
  return NeedsPods(cluster, name_);
}

Result<std::vector<std::string>> PodDelete::Aim(FaultContext& context) {
  auto pods = LookAtPods(context, context.nodes());
  if (!pods.ok()) return pods.status();
  before_ = std::move(*pods);
  return context.nodes();
}

std::string PodDelete::HowLong() const {
  if (!grace_) return "with the grace that it has";
  if (grace_->count() == 0) return "at once (forced)";
  return "with " + std::to_string(grace_->count()) + " s of grace";
}

std::string PodDelete::Describe(const FaultContext& context) const {
  return "pod deletion of " + JoinNames(context.nodes()) + " " + HowLong();
}

Status PodDelete::Inject(FaultContext& context) {
  const Status deleted = context.cluster.pod_control()->Delete(context.nodes(), grace_);
  if (!deleted.ok()) return deleted;
  deleted_ = true;
  AwaitOldServersGone(context, before_, grace_.value_or(kUsualGrace) + kPlatformTime);
  return Status::Ok();
}

std::vector<Proof> PodDelete::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const PodBefore& before : before_) {
    proofs.push_back(ProvePodReplaced(context, before, kPlatformTime));
    proofs.push_back(ProveOldServerGone(context, before));
  }
  return proofs;
}

Status PodDelete::Recover(FaultContext& context) {
  return AwaitPodsBack(context, before_, deleted_, kBackLimit);
}

std::vector<Proof> PodDelete::ProveRecovery(FaultContext& context) {
  return ProvePodsBack(context, before_, deleted_);
}

}  // namespace slotquake
