#include "harness/faults/rollout_restart.h"

#include <algorithm>
#include <thread>

namespace slotquake {
namespace {

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

FaultType RolloutRestart::Type() {
  return {
      .name = "rollout_restart",
      .help = "replaces all pods one after another, as for a new version",
      .how =
          "kubectl rollout restart of the StatefulSet. It ends by itself: \"recover\" "
          "waits, from its after_ms on, until every pod is another one and is ready.",
      .interval =
          "from before the call until the first server does not answer any more; the "
          "others follow",
      .proof =
          "A pod's uid and its server's run id are others. Undone: that holds for "
          "every pod, each is ready and answers PING.",
      .teaches =
          "What routine maintenance costs: each master goes once, and where pods are "
          "ready before the cluster has taken them back, two of one shard can be "
          "down at a time.",
      .platforms = "On Kubernetes.",
      .options = {},
      .make = MakeFault<RolloutRestart>,
      .whole_cluster = true,
      .by_api = true,
  };
}

Status RolloutRestart::CheckSupported(Cluster& cluster) const {
  return NeedsPods(cluster, "rollout_restart");
}

Result<std::vector<std::string>> RolloutRestart::Aim(FaultContext& context) {
  auto pods = LookAtPods(context, context.nodes());
  if (!pods.ok()) return pods.status();
  before_ = std::move(*pods);
  return context.nodes();
}

std::string RolloutRestart::Describe(const FaultContext& context) const {
  return "rolling restart of all " + std::to_string(context.victims.size()) + " pods";
}

Status RolloutRestart::Inject(FaultContext& context) {
  const Status asked = context.cluster.pod_control()->RolloutRestart();
  if (!asked.ok()) return asked;
  asked_for_ = true;
  const Nanos until = MonotonicNow() + std::min<Nanos>(kLimitPerPod, context.patience);
  while (FirstReplaced(context) == nullptr && MonotonicNow() < until) {
    std::this_thread::sleep_for(kPause);
  }
  return Status::Ok();
}

const PodBefore* RolloutRestart::FirstReplaced(FaultContext& context) {
  // The last pod is the first to go.
  for (auto before = before_.rbegin(); before != before_.rend(); ++before) {
    if (!before->run_id.empty() && IsOldServerGone(context, *before)) {
      return &*before;
    }
  }
  return nullptr;
}

std::vector<Proof> RolloutRestart::Prove(FaultContext& context) {
  const PodBefore* first = FirstReplaced(context);
  if (first == nullptr) {
    return {{.what = "every server is still the one before the restart",
             .holds = false,
             .at = context.now()}};
  }
  return {ProvePodReplaced(context, *first, kLimitPerPod),
          ProveOldServerGone(context, *first)};
}

Status RolloutRestart::Recover(FaultContext& context) {
  return AwaitPodsBack(context, before_, asked_for_,
                       kLimitPerPod * static_cast<int>(before_.size()));
}

std::vector<Proof> RolloutRestart::ProveRecovery(FaultContext& context) {
  return ProvePodsBack(context, before_, asked_for_);
}

}  // namespace slotquake
