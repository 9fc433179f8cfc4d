#include "harness/faults/process_proofs.h"

#include <optional>
#include <thread>

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

void TakeMeasuredTimes(FaultContext& context) {
  std::optional<EffectTime> all;
  for (const std::string& node : context.nodes()) {
    const auto one = context.cluster.process_control()->Measured(node);
    if (!one) return;
    all = all ? Span(*all, *one) : *one;
  }
  context.measured = all;
}

Status KillAndAwaitEnd(FaultContext& context) {
  ProcessControl* processes = context.cluster.process_control();
  for (const std::string& node : context.nodes()) {
    const Status killed = processes->Kill(node);
    if (!killed.ok()) return killed;
  }
  for (const std::string& node : context.nodes()) {
    const auto end = processes->AwaitEnd(node, seconds(2));
    if (!end.ok()) return end.status().Annotate(node);
  }
  return Status::Ok();
}

Status TerminateAndAwaitEnd(FaultContext& context, Nanos grace) {
  ProcessControl* processes = context.cluster.process_control();
  for (const std::string& node : context.nodes()) {
    const Status asked = processes->Terminate(node);
    if (!asked.ok()) return asked;
  }
  for (const std::string& node : context.nodes()) {
    const auto end = processes->AwaitEnd(node, grace);
    if (!end.ok()) return end.status().Annotate(node);
  }
  return Status::Ok();
}

Status StartAll(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const Status started = context.cluster.process_control()->Start(node);
    if (first.ok()) first = started;
  }
  return first;
}

Proof ProveProcessGone(FaultContext& context, const std::string& node) {
  ProcessControl* processes = context.cluster.process_control();
  const std::string name = processes->Describe(node);
  const auto end = processes->AwaitEnd(node, seconds(2));
  return {.what = name + (end.ok() ? " ended: " + *end : ": " + end.message()),
          .holds = end.ok(),
          .at = context.now()};
}

Proof ProvePortSilent(FaultContext& context, const std::string& node,
                      const std::string& why) {
  const std::string seen = context.cluster.ProbeClientPort(node, milliseconds(250));
  const Endpoint at = context.cluster.ClientEndpoint(node);
  return {.what = "a connection to " + ToString(at) +
                  (seen.empty() ? " was accepted" : ": " + seen),
          .holds = seen == why,
          .at = context.now()};
}

std::vector<Proof> ProveGoneAndRefusing(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveProcessGone(context, node));
    proofs.push_back(ProvePortSilent(context, node, "connection refused"));
  }
  return proofs;
}

Proof ProveProcessStopped(FaultContext& context, const std::string& node) {
  ProcessControl* processes = context.cluster.process_control();
  const Nanos limit = MonotonicNow() + seconds(2);
  auto state = processes->State(node);
  while (state.ok() && *state == ProcessState::kRunning && MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(1));
    state = processes->State(node);
  }
  const bool stopped = state.ok() && *state == ProcessState::kStopped;
  return {.what = processes->Describe(node) + (stopped      ? " is stopped"
                                               : state.ok() ? " is not stopped"
                                                            : ": " + state.message()),
          .holds = stopped,
          .at = context.now()};
}

Proof ProveNoAnswer(FaultContext& context, const std::string& node) {
  const auto reply = context.cluster.Command(node, {"PING"}, milliseconds(200));
  return {.what = node + (reply.ok() ? " answers PING"
                                     : " does not answer PING: " + reply.message()),
          .holds = !reply.ok(),
          .at = context.now()};
}

Proof ProvePacketsStopped(FaultContext& context) {
  const auto stopped = context.cluster.network_control()->Stopped(context.name);
  return {.what = stopped.ok()
                      ? std::to_string(*stopped) + " packets stopped by the rule"
                      : "the rule's packets: " + stopped.message(),
          .holds = stopped.ok() && *stopped > 0,
          .at = context.now()};
}

Proof ProveServerAnswers(FaultContext& context, const std::string& node) {
  const Nanos limit = MonotonicNow() + seconds(20);
  std::string last;
  do {
    const auto reply = context.cluster.Command(node, {"PING"}, milliseconds(500));
    if (reply.ok() && reply->text == "PONG") {
      return {.what = node + " answers PING again", .holds = true, .at = context.now()};
    }
    last = reply.ok() ? reply->text : reply.message();
    std::this_thread::sleep_for(milliseconds(5));
  } while (MonotonicNow() < limit);
  return {.what = node + " does not answer PING: " + last,
          .holds = false,
          .at = context.now()};
}

std::vector<Proof> ProveAllAnswer(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveServerAnswers(context, node));
  }
  return proofs;
}

}  // namespace slotquake
