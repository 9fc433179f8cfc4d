#include "harness/faults/power_cut.h"

#include <optional>
#include <utility>

#include "harness/faults/network_proofs.h"
#include "harness/faults/process_proofs.h"

namespace slotquake {

FaultType PowerCut::Type() {
  return {
      .name = "power_cut",
      .help = "the host vanishes: network first, then the process",
      .how =
          "Cuts every packet from and to the victims, then SIGKILL to their "
          "servers. Undone by lifting the cut and starting the servers again.",
      .interval = "from before the cut until the last process is gone",
      .proof =
          "The rule has stopped packets, the process has ended, and a connection "
          "to the node's client port gets no answer at all. Undone: the server "
          "answers PING.",
      .teaches =
          "The honest loss of a machine: nothing that was still in a socket "
          "buffer gets out, and nobody is told. Clients wait for their "
          "time-outs, and acknowledged writes that no replica had are gone.",
      .platforms =
          "Where the platform has power over the servers' processes and can "
          "cut a node's network.",
      .options = {},
      .make = MakeFault<PowerCut>,
  };
}

Status PowerCut::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() == nullptr) {
    return Status::Error(
        "power_cut: this platform has no power over the servers' processes");
  }
  if (cluster.network_control() == nullptr) {
    return Status::Error("power_cut: this platform can not cut a node's network");
  }
  return Status::Ok();
}

std::string PowerCut::Describe(const FaultContext& context) const {
  return "power cut of " + JoinNames(context.nodes()) +
         " (network first, then SIGKILL)";
}

Status PowerCut::Inject(FaultContext& context) {
  std::vector<Block> blocks;
  for (const Victim& victim : context.victims) {
    for (Block& block : Isolation(victim.node)) blocks.push_back(std::move(block));
  }
  const Status cut = PutInForce(context, blocks);
  const std::optional<EffectTime> silent = std::exchange(context.measured, {});
  if (!cut.ok()) return cut;
  const Status ended = KillAndAwaitEnd(context);
  if (!ended.ok() || !silent) return ended;
  TakeMeasuredTimes(context);
  if (context.measured) context.measured = Span(*silent, *context.measured);
  return ended;
}

std::vector<Proof> PowerCut::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveProcessGone(context, node));
    proofs.push_back(ProvePortSilent(context, node, "timed out"));
  }
  proofs.push_back(ProvePacketsStopped(context));
  return proofs;
}

Status PowerCut::Recover(FaultContext& context) {
  const Status healed = context.cluster.network_control()->Lift(context.name);
  const Status started = StartAll(context);
  return healed.ok() ? started : healed;
}

std::vector<Proof> PowerCut::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
