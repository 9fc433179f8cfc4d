#include "harness/faults/failover.h"

#include <algorithm>

#include "harness/faults/asking.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// A handover with the master's help is given up by the server after 5 s.
constexpr Nanos kPromotionLimit = seconds(8);

// The master's replica with the largest offset, of those that answer.
Result<std::string> FurthestReplica(Cluster& cluster, const Victim& master,
                                    const std::vector<std::string>& victims) {
  const auto view = AskAnyView(cluster, victims);
  if (!view.ok()) return view.status();
  const auto names = AskNames(cluster);
  std::string furthest;
  std::int64_t offset = -1;
  for (const NodeView& node : view->nodes) {
    if (node.master || node.master_id != master.id || !names.contains(node.id)) {
      continue;
    }
    const auto said = AskReplication(cluster, names.at(node.id));
    if (!said.ok() || said->offset <= offset) continue;
    furthest = names.at(node.id);
    offset = said->offset;
  }
  if (furthest.empty()) {
    return Status::Error("no replica of " + master.node +
                         " answers: nobody can take over");
  }
  return furthest;
}

// "" once `victim` is a replica whose link is up, or the master in others' eyes, too:
// where nobody took over, or it has taken its slots back since.
std::string NotInStep(Cluster& cluster, const Victim& victim) {
  const auto said = AskReplication(cluster, victim.node);
  if (!said.ok()) return said.message();
  if (said->role != "master") {
    return said->link_up && !said->syncing
               ? ""
               : "the link of " + victim.node + " is not up";
  }
  const auto view = AskAnyView(cluster, {victim.node});
  if (!view.ok()) return view.message();
  const NodeView* self = view->Find(victim.id);
  return self != nullptr && self->master && !self->slots.empty()
             ? ""
             : victim.node + " says that it is master, and others do not";
}

// "" once every node that answers knows `replica` as its master's replica. Of one that
// was turned into a replica just now the master ignores the request, and the others
// refuse it their vote ("it is a master node").
std::string NotKnownAsReplica(Cluster& cluster, const std::string& replica) {
  const auto own = AskViewOf(cluster, replica);
  if (!own.ok()) return own.message();
  const NodeView* self = own->Myself();
  if (self == nullptr) return replica + " does not know itself";
  for (const std::string& node : cluster.nodes()) {
    const auto view = AskViewOf(cluster, node);
    if (!view.ok()) continue;
    const NodeView* seen = view->Find(self->id);
    if (seen == nullptr || seen->master_id != self->master_id) {
      return node + " does not know yet that " + replica + " is a replica";
    }
  }
  return "";
}

// A server gives a planned failover up after 5 s (CLUSTER_MF_TIMEOUT).
constexpr Nanos kManualFailoverLimit = seconds(6);
constexpr int kGiveBackTries = 4;

// "" once `node` says that it is master.
std::string NotMaster(Cluster& cluster, const std::string& node) {
  const auto said = AskReplication(cluster, node);
  if (!said.ok()) return said.message();
  return said->role == "master" ? "" : node + " says that it is " + said->role;
}

// "" once `node` is master under a config epoch above `before`.
std::string NotPromoted(Cluster& cluster, const std::string& node,
                        std::int64_t before) {
  const std::string not_yet = NotMaster(cluster, node);
  if (!not_yet.empty()) return not_yet;
  const auto view = AskViewOf(cluster, node);
  if (!view.ok()) return view.message();
  const NodeView* self = view->Myself();
  if (self != nullptr && self->config_epoch > before) return "";
  return node + " is master, but its config epoch is not above " +
         std::to_string(before);
}

}  // namespace

FaultType Failover::Type() {
  return {
      .name = "failover",
      .help = "a replica is told to take over from its master (CLUSTER FAILOVER)",
      .how =
          "The victim is the master, which may be dead already unless the mode is "
          "\"default\". CLUSTER FAILOVER goes to its replica that is furthest in its "
          "stream. Undone: nothing is broken, so the roles stay as they are, and the "
          "old master, if it lives, has to be in step as a replica; with \"give_back\" "
          "it is told to take over again.",
      .interval = "from before the command until the replica has said OK",
      .proof =
          "The replica says that it is master, under a higher config epoch than the "
          "victim had. Undone: the old master is a replica whose link is up, or with "
          "\"give_back\" the master again.",
      .teaches =
          "What a planned failover costs: with the master's help nothing is lost; "
          "without it (force) what the replica had not received yet; without the "
          "others' votes (takeover) the same, and two masters may believe in "
          "themselves for a moment.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {OptionSpec::OneOf(
                      "mode", "default", {"default", "force", "takeover"},
                      "Whether the master helps, and whether the others vote."),
                  OptionSpec::Bool("give_back", false,
                                   "Whether undoing makes the old master take over "
                                   "again.")},
      .make = MakeFault<Failover>,
      .by_api = true,
  };
}

Failover::Failover(const OptionValues& options)
    : mode_(options.String("mode")), give_back_(options.Bool("give_back")) {}

Status Failover::CheckSupported(Cluster&) const { return Status::Ok(); }

Result<std::vector<std::string>> Failover::Aim(FaultContext& context) {
  for (const Victim& victim : context.victims) {
    if (!victim.was_master) {
      return Status::Error("failover: " + victim.node +
                           " is a replica; the victim is the master that is replaced");
    }
    // One that has joined just now is a replica to the others from its next ping on.
    Result<std::string> replica = Status::Error("");
    const std::string none = AwaitNothingMissing(kPromotionLimit, [&] {
      replica = FurthestReplica(context.cluster, victim, context.nodes());
      return std::string(replica.ok() ? "" : replica.status().message());
    });
    if (!none.empty()) return Status::Error("failover: " + none);
    replicas_[victim.node] = *replica;
    if (mode_ != "default") continue;
    const std::string late = AwaitNothingMissing(
        kPromotionLimit, [&] { return NotKnownAsReplica(context.cluster, *replica); });
    if (!late.empty()) return Status::Error("failover: " + late);
  }
  return context.nodes();
}

std::string Failover::Describe(const FaultContext& context) const {
  std::string text;
  for (const std::string& node : context.nodes()) {
    const auto replica = replicas_.find(node);
    text += (text.empty() ? "" : "; ") + std::string("CLUSTER FAILOVER") +
            (mode_ == "force"      ? " FORCE"
             : mode_ == "takeover" ? " TAKEOVER"
                                   : "") +
            " at " + (replica == replicas_.end() ? "a replica" : replica->second) +
            ", to replace " + node;
  }
  return text;
}

Status Failover::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    std::vector<std::string> command = {"CLUSTER", "FAILOVER"};
    if (mode_ == "force") command.emplace_back("FORCE");
    if (mode_ == "takeover") command.emplace_back("TAKEOVER");
    const auto told = Ask(context.cluster, replicas_[node], command);
    if (!told.ok()) return told.status();
  }
  return Status::Ok();
}

std::vector<Proof> Failover::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    const std::string replica = replicas_[victim.node];
    const std::string missing =
        replica.empty()
            ? "no replica of " + victim.node + " was told anything"
            : AwaitNothingMissing(std::min(kPromotionLimit, context.patience), [&] {
                return NotPromoted(context.cluster, replica, victim.config_epoch);
              });
    proofs.push_back({.what = missing.empty()
                                  ? replica + " is master, under a higher epoch than " +
                                        victim.node + " had"
                                  : missing,
                      .holds = missing.empty(),
                      .at = context.now()});
  }
  return proofs;
}

Status Failover::GiveBack(Cluster& cluster, const Victim& victim) const {
  if (NotMaster(cluster, victim.node).empty()) return Status::Ok();
  const std::string late = AwaitNothingMissing(seconds(10), [&] {
    const std::string missing = NotInStep(cluster, victim);
    return missing.empty() ? NotKnownAsReplica(cluster, victim.node) : missing;
  });
  if (!late.empty()) return Status::Error(late);
  // "The OK reply is no guarantee": others may refuse their vote, as long as they have
  // not heard of an epoch that was taken without them.
  std::string missing;
  for (int tries = 0; tries < kGiveBackTries; ++tries) {
    const auto told = Ask(cluster, victim.node, {"CLUSTER", "FAILOVER"});
    if (!told.ok()) return told.status();
    missing = AwaitNothingMissing(kManualFailoverLimit,
                                  [&] { return NotMaster(cluster, victim.node); });
    if (missing.empty()) return Status::Ok();
  }
  return Status::Error(missing);
}

Status Failover::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const Victim& victim : context.victims) {
    if (!give_back_ || IsDown(context.cluster, victim.node)) continue;
    const Status given = GiveBack(context.cluster, victim);
    if (first.ok()) first = given;
  }
  return first;
}

std::vector<Proof> Failover::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    if (IsDown(context.cluster, victim.node)) {
      proofs.push_back({.what = victim.node + " is down: it has nothing to be undone",
                        .holds = true,
                        .at = context.now()});
      continue;
    }
    const std::string missing = AwaitNothingMissing(seconds(20), [&] {
      return give_back_ ? NotMaster(context.cluster, victim.node)
                        : NotInStep(context.cluster, victim);
    });
    proofs.push_back({.what = !missing.empty() ? missing
                              : give_back_     ? victim.node + " is the master"
                                               : victim.node + " is in step",
                      .holds = missing.empty(),
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
