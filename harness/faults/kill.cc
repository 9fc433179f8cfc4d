#include "harness/faults/kill.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {

Status Kill::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr) return Status::Ok();
  return Status::Error("kill: this platform has no power over the servers' processes");
}

std::string Kill::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes());
}

Status Kill::Inject(FaultContext& context) { return KillAndAwaitEnd(context); }

std::vector<Proof> Kill::Prove(FaultContext& context) {
  return ProveGoneAndRefusing(context);
}

Status Kill::Recover(FaultContext& context) { return StartAll(context); }

std::vector<Proof> Kill::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
