#include "harness/faults/pod_delete.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// What a pod's own grace is unless it says otherwise.
constexpr seconds kUsualGrace{30};
// For the platform to do what it was told, beyond the grace.
constexpr seconds kPlatformTime{60};

}  // namespace

std::vector<OptionSpec> GraceOptions() {
  return {
      OptionSpec::Int("grace_seconds", -1, -1, 3600,
                      "how long the server has after SIGTERM; -1: what its pod says"),
      OptionSpec::Bool("forced", false,
                       "no grace at all: the pod is forced out of the API")};
}

std::string CheckGrace(const OptionValues& options) {
  const std::int64_t grace = options.Int("grace_seconds");
  if (grace == 0) return "for no grace at all say \"forced\": true";
  if (grace > 0 && options.Bool("forced")) {
    return "takes either grace_seconds or \"forced\": true, not both";
  }
  return "";
}

std::optional<seconds> GraceOf(const OptionValues& options) {
  if (options.Bool("forced")) return seconds(0);
  const std::int64_t grace = options.Int("grace_seconds");
  if (grace < 0) return std::nullopt;
  return seconds(grace);
}

FaultType PodDelete::Type() {
  return {
      .name = "pod_delete",
      .help = "deletes the victims' pods; the platform makes new ones at once",
      .how =
          "kubectl delete pod, all victims with one call, and the wait until none of "
          "their servers answers. The platform makes new pods by itself: \"recover\" "
          "brings nothing back, its after_ms says from when on the run waits until "
          "they are ready; \"none\" goes on without looking and holds the nodes for "
          "absent.",
      .interval =
          "from before the call until no old server answers; a server that takes its "
          "leave is in it",
      .proof =
          "The API knows no pod of the old uid, and the server that answered before, "
          "by its run id, does not answer any more. Undone: another pod is ready, "
          "and its server answers PING.",
      .teaches =
          "Whether a deleted pod costs a failover at all. Where the new pod is there "
          "before the node timeout, nobody is promoted, and everything hangs on what "
          "the server had saved; its address is another one.",
      .platforms = "On Kubernetes.",
      .options = GraceOptions(),
      .make = MakeFault<PodDelete>,
      .check = CheckGrace,
      .by_api = true,
  };
}

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
