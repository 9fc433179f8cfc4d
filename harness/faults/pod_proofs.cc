#include "harness/faults/pod_proofs.h"

#include <algorithm>
#include <thread>

#include "harness/redis/info_reply.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

// The platform is asked through a program that takes a tenth of a second itself.
constexpr auto kPlatformPause = milliseconds(200);
constexpr auto kServerPause = milliseconds(5);

// The run id of the server that answers now; an error when none does.
Result<std::string> AskRunId(FaultContext& context, const std::string& node) {
  const auto reply =
      context.cluster.Command(node, {"INFO", "server"}, milliseconds(500));
  if (!reply.ok()) return reply.status();
  const InfoFields fields = ParseInfo(reply->text);
  const auto run_id = fields.find("run_id");
  if (!reply->IsError() && run_id != fields.end()) return run_id->second;
  return Status::Error(node + " answers INFO with: " + reply->text.substr(0, 100));
}

Status Answers(FaultContext& context, const std::string& node) {
  const auto reply = context.cluster.Command(node, {"PING"}, milliseconds(500));
  if (!reply.ok()) return reply.status();
  if (reply->text == "PONG") return Status::Ok();
  return Status::Error(node + " answers PING with: " + reply->text.substr(0, 100));
}

std::string DescribePod(const Result<PodView>& pod) {
  if (!pod.ok()) return pod.message();
  if (!pod->exists) return "there is no pod " + pod->name;
  std::string text = "pod " + pod->name + " is " + pod->uid;
  if (!pod->machine.empty()) text += " on " + pod->machine;
  if (!pod->address.empty()) text += " at " + pod->address;
  return text + ", " + (pod->deleting ? "ending" : pod->ready ? "ready" : "not ready");
}

// What is missing until the pod counts as back; "" when nothing is.
std::string MissingOf(const PodBefore& before, const Result<PodView>& now,
                      bool replaced) {
  const bool back = now.ok() && now->exists && now->ready && !now->deleting;
  if (back && replaced && now->uid == before.uid) {
    return "pod " + before.pod + " is still the old one";
  }
  return back ? "" : DescribePod(now);
}

}  // namespace

Status NeedsPods(Cluster& cluster, const std::string& fault) {
  if (cluster.pod_control() != nullptr) return Status::Ok();
  return Status::Error(fault + ": the nodes of this platform are no pods");
}

Result<std::vector<PodBefore>> LookAtPods(FaultContext& context,
                                          const std::vector<std::string>& nodes) {
  std::vector<PodBefore> pods;
  for (const std::string& node : nodes) {
    const auto pod = context.cluster.pod_control()->Look(node);
    if (!pod.ok()) return pod.status();
    if (!pod->exists) return Status::Error("there is no pod " + pod->name);
    const auto run_id = AskRunId(context, node);
    pods.push_back({.node = node,
                    .pod = pod->name,
                    .uid = pod->uid,
                    .run_id = run_id.ok() ? *run_id : "",
                    .machine = pod->machine});
  }
  return pods;
}

bool IsOldServerGone(FaultContext& context, const PodBefore& before) {
  const auto run_id = AskRunId(context, before.node);
  if (run_id.ok()) return *run_id != before.run_id;
  // One answer that does not come could be a busy machine.
  std::this_thread::sleep_for(kServerPause);
  const auto again = AskRunId(context, before.node);
  return !again.ok() || *again != before.run_id;
}

void AwaitOldServersGone(FaultContext& context, const std::vector<PodBefore>& pods,
                         Nanos limit) {
  const Nanos until = MonotonicNow() + std::min(limit, context.patience);
  for (const PodBefore& before : pods) {
    while (!IsOldServerGone(context, before) && MonotonicNow() < until) {
      std::this_thread::sleep_for(kServerPause);
    }
  }
}

Proof ProvePodReplaced(FaultContext& context, const PodBefore& before, Nanos limit) {
  const Nanos until = MonotonicNow() + std::min(limit, context.patience);
  while (true) {
    const auto now = context.cluster.pod_control()->Look(before.node);
    const bool gone = now.ok() && (!now->exists || now->uid != before.uid);
    if (gone || MonotonicNow() >= until) {
      return {.what = "pod " + before.pod + " " + before.uid +
                      (gone ? " is gone; now " : " is not gone: ") + DescribePod(now),
              .holds = gone,
              .at = context.now()};
    }
    std::this_thread::sleep_for(kPlatformPause);
  }
}

Proof ProveOldServerGone(FaultContext& context, const PodBefore& before) {
  Proof proof;
  if (before.run_id.empty()) {
    proof.what = before.node + " did not answer before the fault";
  } else {
    const auto run_id = AskRunId(context, before.node);
    proof.holds = !run_id.ok() || *run_id != before.run_id;
    proof.what = !run_id.ok() ? before.node + " does not answer: " + run_id.message()
                              : before.node + " answers as run id " + *run_id +
                                    ", before the fault " + before.run_id;
  }
  proof.at = context.now();
  return proof;
}

Status AwaitPodsBack(FaultContext& context, const std::vector<PodBefore>& pods,
                     bool replaced, Nanos limit) {
  const Nanos until = MonotonicNow() + std::min(limit, context.patience);
  std::string missing;
  for (const PodBefore& before : pods) {
    while (true) {
      const auto now = context.cluster.pod_control()->Look(before.node);
      std::string lacks = MissingOf(before, now, replaced);
      if (lacks.empty()) lacks = Answers(context, before.node).message();
      if (lacks.empty()) break;
      if (MonotonicNow() >= until) {
        missing += (missing.empty() ? "" : "; ") + lacks;
        break;
      }
      std::this_thread::sleep_for(kPlatformPause);
    }
  }
  if (missing.empty()) return Status::Ok();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  return Status::Error("the platform has not brought all pods back within " +
                       std::to_string(seconds.count()) + " s: " + missing);
}

std::vector<Proof> ProvePodsBack(FaultContext& context,
                                 const std::vector<PodBefore>& pods, bool replaced) {
  std::vector<Proof> proofs;
  for (const PodBefore& before : pods) {
    const auto now = context.cluster.pod_control()->Look(before.node);
    proofs.push_back({.what = DescribePod(now) + "; before the fault " + before.uid,
                      .holds = MissingOf(before, now, replaced).empty(),
                      .at = context.now()});
    const Status answers = Answers(context, before.node);
    proofs.push_back(
        {.what = answers.ok() ? before.node + " answers PING again" : answers.message(),
         .holds = answers.ok(),
         .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
