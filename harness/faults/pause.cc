#include "harness/faults/pause.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

FaultType Pause::Type() {
  return {
      .name = "pause",
      .help = "SIGSTOP to the server's process; its host lives on",
      .how =
          "SIGSTOP to each victim's server, one right after the other. Undone by "
          "SIGCONT.",
      .interval = "from before the first signal until the last one is sent",
      .proof =
          "The kernel says that the process is stopped, and PING gets no answer. "
          "Undone: the server answers PING.",
      .teaches =
          "A server that hangs, and a zombie: the host goes on taking packets, so "
          "clients wait for their time-outs; one that goes on after a replica "
          "was promoted answers what had piled up before it hears of that.",
      .platforms = "Where the platform has power over the servers' processes.",
      .options = {},
      .make = MakeFault<Pause>,
  };
}

Status Pause::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr) return Status::Ok();
  return Status::Error("pause: this platform has no power over the servers' processes");
}

std::string Pause::Describe(const FaultContext& context) const {
  return "SIGSTOP to " + JoinNames(context.nodes());
}

Status Pause::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const Status paused = context.cluster.process_control()->Pause(node);
    if (!paused.ok()) return paused;
  }
  TakeMeasuredTimes(context);
  return Status::Ok();
}

std::vector<Proof> Pause::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveProcessStopped(context, node));
    proofs.push_back(ProveNoAnswer(context, node));
  }
  return proofs;
}

Status Pause::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const Status resumed = context.cluster.process_control()->Resume(node);
    if (first.ok()) first = resumed;
  }
  return first;
}

std::vector<Proof> Pause::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
