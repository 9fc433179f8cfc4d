#include "harness/faults/scale_down.h"

#include <cstdlib>

namespace slotquake {
namespace {

using std::chrono::seconds;

constexpr seconds kPerPod{45};

// What the pod's name ends with; -1 where that is no number.
int OrdinalOf(const std::string& pod) {
  const std::size_t digits = pod.find_last_not_of("0123456789") + 1;
  return digits < pod.size() ? std::atoi(pod.c_str() + digits) : -1;
}

}  // namespace

FaultType ScaleDown::Type() {
  return {
      .name = "scale_down",
      .help = "fewer pods, without a word to the servers",
      .how =
          "kubectl scale of the StatefulSet: the pods of the highest numbers go, and "
          "are the victims. Undone by the old scale: they come back with their data.",
      .interval = "from before the call until no victim's server answers",
      .proof =
          "The API wants, has and knows for ready as many pods as asked; the "
          "victims' pods are gone, and so are their servers. Undone: the old number, "
          "other pods in their places that are ready and answer PING.",
      .teaches =
          "That a cluster is not made smaller by its replicas count: slots go with "
          "the masters that are among the victims.",
      .platforms = "On Kubernetes.",
      .options = ScaleOptions(),
      .make = MakeFault<ScaleDown>,
      .check = CheckScaleOptions,
      .whole_cluster = true,
      .by_api = true,
  };
}

Status ScaleDown::CheckSupported(Cluster& cluster) const {
  return NeedsPods(cluster, "scale_down");
}

Result<std::vector<std::string>> ScaleDown::Aim(FaultContext& context) {
  const Status aimed = scale_.Aim(context, -1);
  if (!aimed.ok()) return aimed;
  auto pods = LookAtPods(context, context.nodes());
  if (!pods.ok()) return pods.status();
  std::vector<std::string> nodes;
  for (PodBefore& pod : *pods) {
    if (OrdinalOf(pod.pod) < scale_.after()) continue;
    nodes.push_back(pod.node);
    before_.push_back(std::move(pod));
  }
  if (!nodes.empty()) return nodes;
  return Status::Error("no node of the cluster is among the pods that would go");
}

std::string ScaleDown::Describe(const FaultContext& context) const {
  return "scale down " + ToString(scale_.target()) + ", which takes away " +
         JoinNames(context.nodes());
}

Status ScaleDown::Inject(FaultContext& context) {
  const Status scaled = scale_.Apply(context);
  if (!scaled.ok()) return scaled;
  scaled_ = true;
  AwaitOldServersGone(context, before_, kPerPod * static_cast<int>(before_.size()));
  return Status::Ok();
}

std::vector<Proof> ScaleDown::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const PodBefore& before : before_) {
    proofs.push_back(ProvePodReplaced(context, before, kPerPod));
    proofs.push_back(ProveOldServerGone(context, before));
  }
  proofs.push_back(ScaleChange::ProveScale(context, scale_.after(), kPerPod));
  return proofs;
}

Status ScaleDown::Recover(FaultContext& context) {
  const Status undone = scale_.Undo(context);
  if (!undone.ok()) return undone;
  return AwaitPodsBack(context, before_, scaled_,
                       kPerPod * static_cast<int>(before_.size()));
}

std::vector<Proof> ScaleDown::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProvePodsBack(context, before_, scaled_);
  if (scale_.before() > 0) {
    proofs.push_back(ScaleChange::ProveScale(context, scale_.before(), kPerPod));
  }
  return proofs;
}

}  // namespace slotquake
