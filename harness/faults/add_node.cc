#include "harness/faults/add_node.h"

#include "harness/faults/asking.h"
#include "harness/faults/membership.h"

namespace slotquake {

FaultType AddNode::Type() {
  return {
      .name = "add_node",
      .help = "a node joins the cluster (MEET), as a replica or an empty master",
      .how =
          "Before anything is measured the victim, a replica, is taken out as "
          "remove_node does it, and kept out for the minute in which Redis from 7.2 on "
          "and Valkey would forget it again. Then CLUSTER MEET of it by every other "
          "node, the wait "
          "until all know each other, and CLUSTER REPLICATE. Undone: with the role "
          "\"master\" it becomes a replica of its shard again; else there is nothing "
          "to undo.",
      .interval =
          "from before the first MEET until everybody knows it and, as a replica, its "
          "link is up",
      .proof =
          "Every map holds the victim, and goes on holding it for half a node timeout; "
          "it is a replica whose link is up, or a master. "
          "Undone: it is a replica whose link is up.",
      .teaches =
          "A cluster that grows under load: what the first full synchronisation of a "
          "new replica costs its master's clients, and that an empty master serves "
          "nobody until slots are moved to it.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {OptionSpec::OneOf("role", "replica", {"replica", "master"},
                                    "What the node becomes.")},
      .make = MakeFault<AddNode>,
      .by_api = true,
  };
}

AddNode::AddNode(const OptionValues& options)
    : as_master_(options.String("role") == "master") {}

Status AddNode::CheckSupported(Cluster&) const { return Status::Ok(); }

Result<std::vector<std::string>> AddNode::Aim(FaultContext& context) {
  for (const Victim& victim : context.victims) {
    const Status can = CanLeave(context.cluster, victim);
    if (!can.ok()) return can.Annotate("add_node");
  }
  for (const Victim& victim : context.victims) {
    banned_until_ = EndOfBan(context.cluster, victim);
    const Status left = Leave(context.cluster, victim);
    if (!left.ok()) return left.Annotate("add_node");
  }
  AwaitEndOfBan(context, banned_until_);
  // They must be found by name again.
  return context.nodes();
}

std::string AddNode::Describe(const FaultContext& context) const {
  return JoinNames(context.nodes()) + " met by all others, as " +
         (as_master_ ? "empty master" : "replica");
}

Status AddNode::Inject(FaultContext& context) {
  for (const Victim& victim : context.victims) {
    const Status in = BringIn(context, victim, as_master_, banned_until_);
    if (!in.ok()) return in;
  }
  return Status::Ok();
}

std::vector<Proof> AddNode::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    for (Proof& proof : ProveJoined(context, victim, as_master_)) {
      proofs.push_back(std::move(proof));
    }
  }
  return proofs;
}

Status AddNode::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const Victim& victim : context.victims) {
    if (IsDown(context.cluster, victim.node)) continue;
    const Status in = BringIn(context, victim, victim.was_master, banned_until_);
    if (first.ok()) first = in;
  }
  return first;
}

std::vector<Proof> AddNode::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    (void)BringIn(context, victim, victim.was_master, banned_until_);
    for (Proof& proof : ProveJoined(context, victim, victim.was_master)) {
      proofs.push_back(std::move(proof));
    }
  }
  return proofs;
}

}  // namespace slotquake
