#include "harness/faults/scale_up.h"

#include "harness/faults/pod_proofs.h"

namespace slotquake {
namespace {

constexpr std::chrono::seconds kLimit{60};

}  // namespace

FaultType ScaleUp::Type() {
  return {
      .name = "scale_up",
      .help = "more pods, without a word to the servers",
      .how =
          "kubectl scale of the StatefulSet. The new pods belong to no cluster. "
          "Undone by the old scale.",
      .interval = "the call; the pods follow",
      .proof =
          "The API wants, has and knows for ready as many pods as asked. Undone: as "
          "many as before.",
      .teaches =
          "That more pods are not more nodes: nothing changes until somebody joins "
          "them and moves slots.",
      .platforms = "On Kubernetes, where there are room and volumes for more pods.",
      .options = ScaleOptions(),
      .make = MakeFault<ScaleUp>,
      .check = CheckScaleOptions,
      .whole_cluster = true,
      .by_api = true,
  };
}

Status ScaleUp::CheckSupported(Cluster& cluster) const {
  return NeedsPods(cluster, "scale_up");
}

Result<std::vector<std::string>> ScaleUp::Aim(FaultContext& context) {
  const Status aimed = scale_.Aim(context, +1);
  if (!aimed.ok()) return aimed;
  return context.nodes();
}

std::string ScaleUp::Describe(const FaultContext&) const {
  return "scale up " + ToString(scale_.target());
}

Status ScaleUp::Inject(FaultContext& context) { return scale_.Apply(context); }

std::vector<Proof> ScaleUp::Prove(FaultContext& context) {
  return {ScaleChange::ProveScale(context, scale_.after(), kLimit)};
}

Status ScaleUp::Recover(FaultContext& context) { return scale_.Undo(context); }

std::vector<Proof> ScaleUp::ProveRecovery(FaultContext& context) {
  if (scale_.before() == 0) return {};
  return {ScaleChange::ProveScale(context, scale_.before(), kLimit)};
}

}  // namespace slotquake
