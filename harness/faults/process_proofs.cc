#include "harness/faults/process_proofs.h"

#include <thread>

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

Status KillAndAwaitEnd(FaultContext& context) {
  ProcessControl* processes = context.cluster.process_control();
  const Status killed = processes->Kill(context.node);
  if (!killed.ok()) return killed;
  return processes->AwaitEnd(context.node, seconds(2)).status();
}

Proof ProveProcessGone(FaultContext& context) {
  ProcessControl* processes = context.cluster.process_control();
  const std::string name = processes->Describe(context.node);
  const auto end = processes->AwaitEnd(context.node, seconds(2));
  return {.what = name + (end.ok() ? " ended: " + *end : ": " + end.message()),
          .holds = end.ok(),
          .at = context.now()};
}

Proof ProvePortSilent(FaultContext& context, const std::string& why) {
  const std::string seen =
      context.cluster.ProbeClientPort(context.node, milliseconds(250));
  const Endpoint at = context.cluster.ClientEndpoint(context.node);
  return {.what = "a connection to " + ToString(at) +
                  (seen.empty() ? " was accepted" : ": " + seen),
          .holds = seen == why,
          .at = context.now()};
}

Proof ProveServerAnswers(FaultContext& context) {
  const Nanos limit = MonotonicNow() + seconds(20);
  std::string last;
  do {
    const auto reply =
        context.cluster.Command(context.node, {"PING"}, milliseconds(500));
    if (reply.ok() && reply->text == "PONG") {
      return {.what = context.node + " answers PING again",
              .holds = true,
              .at = context.now()};
    }
    last = reply.ok() ? reply->text : reply.message();
    std::this_thread::sleep_for(milliseconds(5));
  } while (MonotonicNow() < limit);
  return {.what = context.node + " does not answer PING: " + last,
          .holds = false,
          .at = context.now()};
}

}  // namespace slotquake
