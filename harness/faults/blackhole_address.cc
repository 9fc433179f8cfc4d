#include "harness/faults/blackhole_address.h"

#include "harness/faults/network_proofs.h"
#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

Proof ProveRuns(FaultContext& context, const std::string& node) {
  const bool runs = !IsDown(context, node);
  return {.what = context.cluster.process_control()->Describe(node) +
                  (runs ? " runs all the same" : " does not run"),
          .holds = runs,
          .at = context.now()};
}

}  // namespace

FaultType BlackholeAddress::Type() {
  return {
      .name = "blackhole_address",
      .help =
          "packets to and from the victims' addresses go nowhere, the harness's too",
      .how =
          "Packet rules (nftables) drop whatever has a victim's address. The server "
          "runs on. Undone by taking the rules away.",
      .interval =
          "from before the rules are handed to the kernel until they are in "
          "force, all at once",
      .proof =
          "Connections are met by silence and not refused, the rules have stopped "
          "packets, and the process runs. Undone: the rules are gone, the servers "
          "answer, their bus links are up.",
      .teaches =
          "What clients without a connect timeout feel when a host or a pod's "
          "address vanishes: silence, for as long as they are patient.",
      .platforms = "local and Kubernetes; needs nftables.",
      .options = {},
      .make = MakeFault<BlackholeAddress>,
  };
}

Status BlackholeAddress::CheckSupported(Cluster& cluster) const {
  return CheckCanCut(cluster, "blackhole_address");
}

std::string BlackholeAddress::Describe(const FaultContext& context) const {
  return "packets to and from " + JoinNames(context.nodes()) + " go nowhere";
}

Status BlackholeAddress::Inject(FaultContext& context) {
  std::vector<Block> blocks;
  for (const std::string& node : context.nodes()) {
    for (Block& block : Isolation(node)) blocks.push_back(std::move(block));
  }
  return PutInForce(context, blocks);
}

std::vector<Proof> BlackholeAddress::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProvePortSilent(context, node, "timed out"));
    if (context.cluster.process_control() != nullptr) {
      proofs.push_back(ProveRuns(context, node));
    }
  }
  proofs.push_back(ProvePacketsStopped(context));
  return proofs;
}

Status BlackholeAddress::Recover(FaultContext& context) {
  return context.cluster.network_control()->Lift(context.name);
}

std::vector<Proof> BlackholeAddress::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = {ProveRuleGone(context)};
  for (const std::string& node : context.nodes()) {
    if (IsDown(context, node)) continue;
    proofs.push_back(ProveServerAnswers(context, node));
    proofs.push_back(ProveLinksUp(context, node));
  }
  return proofs;
}

}  // namespace slotquake
