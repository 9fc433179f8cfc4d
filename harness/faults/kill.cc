#include "harness/faults/kill.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

FaultType Kill::Type() {
  return {
      .name = "kill",
      .help = "SIGKILL to the server's process; its host lives on",
      .how =
          "SIGKILL to each victim's server, all at once; then waits until they are "
          "gone. Undone by starting the server again with the data it left.",
      .interval = "from before the first signal until the last process is gone",
      .proof =
          "The process has ended, by that signal, and a connection to the node's "
          "client port is refused. Undone: the server answers PING.",
      .teaches =
          "What a crash costs. The kernel still sends what the server had "
          "written into its sockets, and refuses new connections at once, so "
          "clients and replicas learn of it within a round trip.",
      .platforms = "Where the platform has power over the servers' processes.",
      .options = {},
      .make = MakeFault<Kill>,
  };
}

Status Kill::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr) return Status::Ok();
  return Status::Error("kill: this platform has no power over the servers' processes");
}

std::string Kill::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes());
}

Status Kill::Inject(FaultContext& context) {
  const Status killed = KillAndAwaitEnd(context);
  TakeMeasuredTimes(context);
  return killed;
}

std::vector<Proof> Kill::Prove(FaultContext& context) {
  return ProveGoneAndRefusing(context);
}

Status Kill::Recover(FaultContext& context) { return StartAll(context); }

std::vector<Proof> Kill::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
