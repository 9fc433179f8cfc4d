#include "harness/faults/scale_target.h"

#include <algorithm>
#include <thread>

namespace slotquake {
namespace {

constexpr std::chrono::milliseconds kPause{200};

std::string Number(int value) { return std::to_string(value); }

}  // namespace

std::vector<OptionSpec> ScaleOptions() {
  return {
      OptionSpec::Int("to", 0, 0, 1000, "how many pods there are to be; 0: not given"),
      OptionSpec::Int("by", 0, 0, 1000, "how many less or more; 0: not given")};
}

std::string CheckScaleOptions(const OptionValues& options) {
  const ScaleTarget target = TargetOf(options);
  if (target.to > 0 && target.by > 0) return "takes either to or by, not both";
  if (target.to == 0 && target.by == 0) {
    return "needs to (how many pods) or by (how many less or more)";
  }
  return "";
}

ScaleTarget TargetOf(const OptionValues& options) {
  return {.to = static_cast<int>(options.Int("to")),
          .by = static_cast<int>(options.Int("by"))};
}

std::string ToString(const ScaleTarget& target) {
  return target.to > 0 ? "to " + Number(target.to) : "by " + Number(target.by);
}

Status ScaleChange::Aim(FaultContext& context, int sign) {
  const auto now = context.cluster.pod_control()->CurrentScale();
  if (!now.ok()) return now.status();
  const int after = target_.to > 0 ? target_.to : now->wanted + sign * target_.by;
  if (after < 1 || sign * (after - now->wanted) <= 0) {
    return Status::Error("can not scale " + std::string(sign < 0 ? "down" : "up") +
                         " from " + Number(now->wanted) + " pods to " + Number(after));
  }
  before_ = now->wanted;
  after_ = after;
  return Status::Ok();
}

Status ScaleChange::Apply(FaultContext& context) {
  return context.cluster.pod_control()->Scale(after_);
}

Status ScaleChange::Undo(FaultContext& context) {
  if (before_ == 0) return Status::Ok();
  const auto now = context.cluster.pod_control()->CurrentScale();
  if (now.ok() && now->wanted == before_) return Status::Ok();
  return context.cluster.pod_control()->Scale(before_);
}

Proof ScaleChange::ProveScale(FaultContext& context, int wanted, Nanos limit) {
  const Nanos until = MonotonicNow() + std::min(limit, context.patience);
  while (true) {
    const auto now = context.cluster.pod_control()->CurrentScale();
    const bool holds = now.ok() && now->wanted == wanted && now->existing == wanted &&
                       now->ready == wanted;
    if (holds || MonotonicNow() >= until) {
      return {.what = now.ok() ? Number(now->wanted) + " pods are wanted, " +
                                     Number(now->existing) + " are there, " +
                                     Number(now->ready) + " are ready"
                               : now.message(),
              .holds = holds,
              .at = context.now()};
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace slotquake
