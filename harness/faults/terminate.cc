#include "harness/faults/terminate.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

// Over "shutdown-timeout", which is 10 s where nobody has set it.
constexpr Nanos kGrace = std::chrono::seconds(30);

}  // namespace

FaultType Terminate::Type() {
  return {
      .name = "terminate",
      .help = "SIGTERM to the server's process, and the wait until it is gone",
      .how =
          "SIGTERM to each victim's server, all at once; then waits up to 30 s until "
          "they are gone. Undone by starting the server again with the data it left.",
      .interval =
          "from before the first signal until the last process is gone, its wait "
          "for its replicas (shutdown-timeout) included",
      .proof =
          "The process has ended, and a connection to the node's client port is "
          "refused. Undone: the server answers PING.",
      .teaches =
          "What an orderly end costs, as a supervisor does it: the server saves, "
          "and from version 7 on holds writes back until its replicas have all "
          "of them. It hands its slots to nobody.",
      .platforms = "Where the platform has power over the servers' processes.",
      .options = {},
      .make = MakeFault<Terminate>,
  };
}

Status Terminate::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr) return Status::Ok();
  return Status::Error(
      "terminate: this platform has no power over the servers' processes");
}

std::string Terminate::Describe(const FaultContext& context) const {
  return "SIGTERM to " + JoinNames(context.nodes());
}

Status Terminate::Inject(FaultContext& context) {
  const Status ended = TerminateAndAwaitEnd(context, kGrace);
  TakeMeasuredTimes(context);
  return ended;
}

std::vector<Proof> Terminate::Prove(FaultContext& context) {
  return ProveGoneAndRefusing(context);
}

Status Terminate::Recover(FaultContext& context) { return StartAll(context); }

std::vector<Proof> Terminate::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
