#include "harness/faults/call_fault.h"

#include <algorithm>
#include <thread>

#include "harness/faults/own_ends.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

Status CallFault::CheckSupported(Cluster& cluster) const {
  if (cluster.call_control() == nullptr || cluster.process_control() == nullptr) {
    return Status::Error(
        std::string(type_) +
        ": this platform can not change the calls of a server to its C library");
  }
  return cluster.call_control()->CanChange().Annotate(type_);
}

Status CallFault::Inject(FaultContext& context) {
  CallControl* calls = context.cluster.call_control();
  for (const std::string& node : context.nodes()) {
    const auto counts = calls->Counts(node);
    if (!counts.ok()) return counts.status();
    before_[node] = *counts;
    const Status changed = calls->Change(node, context.name, changes_);
    if (!changed.ok()) return changed;
  }
  return Status::Ok();
}

Status CallFault::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const Status undone =
        context.cluster.call_control()->Change(node, context.name, {});
    if (first.ok()) first = undone;
  }
  const Status started = StartWhoEndedItself(context);
  return first.ok() ? started : first;
}

std::vector<Proof> CallFault::ProveRecovery(FaultContext& context) {
  // Not PING, which a server refuses for as long as it holds its disk for broken.
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveSound(context, node));
  }
  return proofs;
}

Proof CallFault::ProveCounted(FaultContext& context, const std::string& node,
                              std::int64_t CallCounts::*count,
                              const std::string& what) const {
  const auto it = before_.find(node);
  const std::int64_t before = it == before_.end() ? 0 : it->second.*count;
  // AOF is synced each second under "everysec".
  const Nanos limit = MonotonicNow() + std::min<Nanos>(seconds(5), context.patience);
  Result<CallCounts> counts = context.cluster.call_control()->Counts(node);
  while (it != before_.end() && counts.ok() && (*counts).*count <= before &&
         MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(2));
    counts = context.cluster.call_control()->Counts(node);
  }
  const std::int64_t met = counts.ok() ? (*counts).*count - before : 0;
  return {.what = node + ": " +
                  (counts.ok() ? std::to_string(met) + " " + what : counts.message()),
          .holds = it != before_.end() && met > 0,
          .at = context.now()};
}

Proof CallFault::ProveSound(FaultContext& context, const std::string& node) {
  const Nanos limit = MonotonicNow() + seconds(10);
  auto said = SaveNodesConf(context.cluster, node);
  while ((!said.ok() || *said != "OK") && MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(10));
    said = SaveNodesConf(context.cluster, node);
  }
  return {.what = node + " saves nodes.conf: " + (said.ok() ? *said : said.message()),
          .holds = said.ok() && *said == "OK",
          .at = context.now()};
}

Result<std::string> SaveNodesConf(Cluster& cluster, const std::string& node) {
  const auto reply = cluster.Command(node, {"CLUSTER", "SAVECONFIG"}, seconds(2));
  if (!reply.ok()) return reply.status();
  return reply->text;
}

}  // namespace slotquake
