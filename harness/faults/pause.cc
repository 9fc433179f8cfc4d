#include "harness/faults/pause.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

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
