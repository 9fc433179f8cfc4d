#include "harness/faults/scale_up.h"

#include "harness/faults/pod_proofs.h"

namespace slotquake {
namespace {

constexpr std::chrono::seconds kLimit{60};

}  // namespace

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
