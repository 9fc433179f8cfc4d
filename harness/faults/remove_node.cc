#include "harness/faults/remove_node.h"

#include "harness/faults/asking.h"
#include "harness/faults/membership.h"

namespace slotquake {

FaultType RemoveNode::Type() {
  return {
      .name = "remove_node",
      .help = "a replica leaves the cluster (FORGET and RESET)",
      .how =
          "CLUSTER FORGET of the victim by every other node, then CLUSTER RESET SOFT "
          "at "
          "the victim. Undone by CLUSTER MEET from every node, for gossip does not "
          "bring back who was forgotten less than a minute ago, and CLUSTER REPLICATE. "
          "Redis from 7.2 on and Valkey keep it out for that minute even then, so "
          "that the undo waits for its end. "
          "A master that owns slots is refused.",
      .interval = "from before the first FORGET until the victim is reset",
      .proof =
          "Nobody's map holds the victim, and it knows nobody. Undone: everybody knows "
          "it and goes on knowing it for half a node timeout, and its link to its "
          "master is up.",
      .teaches =
          "What is left of a shard whose replica was taken away, when its master dies "
          "then; and that leaving and joining cost the clients nothing.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {},
      .make = MakeFault<RemoveNode>,
      .by_api = true,
  };
}

Status RemoveNode::CheckSupported(Cluster&) const { return Status::Ok(); }

Result<std::vector<std::string>> RemoveNode::Aim(FaultContext& context) {
  for (const Victim& victim : context.victims) {
    const Status can = CanLeave(context.cluster, victim);
    if (!can.ok()) return can.Annotate("remove_node");
  }
  return context.nodes();
}

std::string RemoveNode::Describe(const FaultContext& context) const {
  return JoinNames(context.nodes()) + " forgotten by all others, and reset";
}

Status RemoveNode::Inject(FaultContext& context) {
  for (const Victim& victim : context.victims) {
    // Also where it goes only half-way.
    banned_until_ = EndOfBan(context.cluster, victim);
    const Status left = Leave(context.cluster, victim);
    if (!left.ok()) return left;
  }
  return Status::Ok();
}

std::vector<Proof> RemoveNode::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    for (Proof& proof : ProveLeft(context, victim)) proofs.push_back(std::move(proof));
  }
  return proofs;
}

Status RemoveNode::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const Victim& victim : context.victims) {
    if (IsDown(context.cluster, victim.node)) continue;
    const Status back = BringIn(context, victim, victim.was_master, banned_until_);
    if (first.ok()) first = back;
  }
  return first;
}

std::vector<Proof> RemoveNode::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    const Acquaintance now = AskAcquaintance(context.cluster, victim);
    if (!now.unknown_to.empty())
      (void)BringIn(context, victim, victim.was_master, banned_until_);
    for (Proof& proof : ProveJoined(context, victim, victim.was_master)) {
      proofs.push_back(std::move(proof));
    }
  }
  return proofs;
}

}  // namespace slotquake
