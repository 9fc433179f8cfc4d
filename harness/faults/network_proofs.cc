#include "harness/faults/network_proofs.h"

#include <set>
#include <thread>

#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanos kProbeLimit = milliseconds(200);

std::string WayOf(const CutProbe& probe) {
  return probe.from + " to " + probe.to +
         (probe.plane == Plane::kBus ? " (cluster bus)" : "");
}

// Hosts of live nodes whose link is down in the node's own view; "" for none.
std::string DownLinks(FaultContext& context, const std::string& node) {
  const auto reply =
      context.cluster.Command(node, {"CLUSTER", "NODES"}, milliseconds(500));
  if (!reply.ok()) return reply.message();
  const auto view = ParseClusterNodes(reply->text);
  if (!view.ok()) return view.message();
  std::string down;
  for (const std::string& other : context.cluster.nodes()) {
    if (IsDown(context, other)) continue;
    const std::string host = context.cluster.ClientEndpoint(other).host;
    for (const NodeView& seen : view->nodes) {
      if (seen.address == host && !seen.connected) {
        down += (down.empty() ? "" : ", ") + other;
      }
    }
  }
  return down;
}

}  // namespace

Status CheckCanCut(Cluster& cluster, const std::string& fault) {
  if (cluster.network_control() != nullptr) return Status::Ok();
  return Status::Error(fault + ": this platform can not cut the nodes' network");
}

bool IsDown(FaultContext& context, const std::string& node) {
  ProcessControl* processes = context.cluster.process_control();
  if (processes == nullptr) return false;
  const auto state = processes->State(node);
  return state.ok() && *state != ProcessState::kRunning;
}

Status PutInForce(FaultContext& context, const std::vector<Block>& blocks) {
  NetworkControl* network = context.cluster.network_control();
  const Status applied = network->Apply(context.name, blocks);
  context.measured = network->MeasuredCut(context.name);
  return applied;
}

std::string TryWay(FaultContext& context, const CutProbe& probe) {
  const auto seen = context.cluster.network_control()->Probe(probe.from, probe.to,
                                                             probe.plane, kProbeLimit);
  return seen.ok() ? *seen : seen.message();
}

Proof ProveClosed(FaultContext& context, const CutProbe& probe,
                  const std::string& before) {
  const std::string seen = TryWay(context, probe);
  std::string what = "a connection from " + WayOf(probe) + ": " +
                     (seen.empty() ? "was accepted" : seen);
  if (seen == before) what += ", as before the cut";
  return {.what = what,
          .holds = seen == probe.expected && seen != before,
          .at = context.now()};
}

Proof ProveOpen(FaultContext& context, const CutProbe& probe) {
  const Nanos limit = MonotonicNow() + seconds(10);
  std::string last;
  do {
    const auto seen = context.cluster.network_control()->Probe(probe.from, probe.to,
                                                               probe.plane, seconds(2));
    const bool reset_by_host =
        seen.ok() && *seen == "connection refused" && IsDown(context, probe.to);
    if (seen.ok() && (seen->empty() || reset_by_host)) {
      return {
          .what = WayOf(probe) + " is open again", .holds = true, .at = context.now()};
    }
    last = seen.ok() ? *seen : seen.message();
    std::this_thread::sleep_for(milliseconds(10));
  } while (MonotonicNow() < limit);
  return {.what = WayOf(probe) + " is still closed: " + last,
          .holds = false,
          .at = context.now()};
}

void ProveAlive(FaultContext& context, std::vector<Proof>* proofs) {
  for (const std::string& node : context.nodes()) {
    if (IsDown(context, node)) continue;
    const auto reply = context.cluster.Command(node, {"PING"}, seconds(2));
    const bool answers = reply.ok() && reply->text == "PONG";
    proofs->push_back(
        {.what = node + (answers ? " itself lives: it answers the harness"
                                 : " does not answer the harness, from which it is "
                                   "not cut off: " +
                                       (reply.ok() ? reply->text : reply.message())),
         .holds = answers,
         .at = context.now()});
  }
}

Proof ProveRuleGone(FaultContext& context) {
  const auto stopped = context.cluster.network_control()->Stopped(context.name);
  return {.what = stopped.ok() ? "the rule is still in force" : "the rule is gone",
          .holds = !stopped.ok(),
          .at = context.now()};
}

Proof ProveLinksUp(FaultContext& context, const std::string& node) {
  const Nanos limit = MonotonicNow() + seconds(30);
  std::string down;
  do {
    down = DownLinks(context, node);
    if (down.empty()) {
      return {.what = "the links of " + node + "'s cluster bus are up",
              .holds = true,
              .at = context.now()};
    }
    std::this_thread::sleep_for(milliseconds(10));
  } while (MonotonicNow() < limit);
  return {.what = "links of " + node + "'s cluster bus are still down: " + down,
          .holds = false,
          .at = context.now()};
}

}  // namespace slotquake
