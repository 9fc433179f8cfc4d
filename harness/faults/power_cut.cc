#include "harness/faults/power_cut.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

Status PowerCut::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() == nullptr) {
    return Status::Error(
        "power_cut: this platform has no power over the servers' processes");
  }
  if (cluster.network_control() == nullptr) {
    return Status::Error("power_cut: this platform can not cut a node's network");
  }
  return Status::Ok();
}

std::string PowerCut::Describe(const FaultContext& context) const {
  return "power cut of " + context.node + " (network first, then SIGKILL)";
}

Status PowerCut::Inject(FaultContext& context) {
  const auto before = context.cluster.network_control()->DroppedPackets();
  if (!before.ok()) return before.status();
  dropped_before_ = *before;
  const Status cut = context.cluster.network_control()->Cut(context.node);
  if (!cut.ok()) return cut;
  return KillAndAwaitEnd(context);
}

std::vector<Proof> PowerCut::Prove(FaultContext& context) {
  std::vector<Proof> proofs = {ProveProcessGone(context),
                               ProvePortSilent(context, "timed out")};
  const auto dropped = context.cluster.network_control()->DroppedPackets();
  const std::int64_t count = dropped.ok() ? *dropped - dropped_before_ : 0;
  proofs.push_back({.what = std::to_string(count) + " packets of " + context.node +
                            " dropped by the rule",
                    .holds = count > 0,
                    .at = context.now()});
  return proofs;
}

Status PowerCut::Recover(FaultContext& context) {
  const Status healed = context.cluster.network_control()->Heal(context.node);
  const Status started = context.cluster.process_control()->Start(context.node);
  return healed.ok() ? started : healed;
}

std::vector<Proof> PowerCut::ProveRecovery(FaultContext& context) {
  return {ProveServerAnswers(context)};
}

}  // namespace slotquake
