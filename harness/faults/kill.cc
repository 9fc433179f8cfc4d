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
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveProcessGone(context, node));
    proofs.push_back(ProvePortSilent(context, node, "connection refused"));
  }
  return proofs;
}

Status Kill::Recover(FaultContext& context) { return StartAll(context); }

std::vector<Proof> Kill::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
