#include "harness/faults/address_reuse.h"

#include "harness/faults/asking.h"
#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// The nodes that live, but for `node`.
std::vector<std::string> Living(Cluster& cluster, const std::string& node) {
  std::vector<std::string> living;
  for (const std::string& other : cluster.nodes()) {
    if (other != node && !IsDown(cluster, other)) living.push_back(other);
  }
  return living;
}

// Nodes of the cluster whose map holds `id`.
std::vector<std::string> WhoKnows(Cluster& cluster, const std::string& node,
                                  const std::string& id) {
  std::vector<std::string> knowing;
  for (const std::string& other : Living(cluster, node)) {
    const auto view = AskViewOf(cluster, other);
    if (view.ok() && view->Find(id) != nullptr) knowing.push_back(other);
  }
  return knowing;
}

Status MeetTheLiving(Cluster& cluster, const std::string& node) {
  const auto living = Living(cluster, node);
  if (living.empty()) return Status::Error("nobody lives whom it could meet");
  const Endpoint at = cluster.ClientEndpoint(living.front());
  const auto met = cluster.stranger_control()->AskStranger(
      node, {"CLUSTER", "MEET", at.host, std::to_string(at.port)}, seconds(2));
  if (!met.ok()) return met.status();
  return met->IsError() ? Status::Error("CLUSTER MEET: " + met->text) : Status::Ok();
}

}  // namespace

FaultType AddressReuse::Type() {
  return {
      .name = "address_reuse",
      .help = "a dead node's address goes to a server of another cluster",
      .how =
          "SIGKILL to the victim's server, where it is not dead already; then a server "
          "of the same program is started at its address, the only node of a cluster "
          "of its own, with all slots and no key. With \"meet\" it is told CLUSTER "
          "MEET "
          "with a node that lives, as a careless start script does. Undone: it is "
          "ended, forgotten by all who know it, and the node's own server is started.",
      .interval = "from before the signal until the other server answers",
      .proof =
          "CLUSTER MYID at the address is not the victim's; with \"meet\" a node of "
          "the cluster knows it. Undone: it is the victim's again, and nobody knows "
          "the other.",
      .teaches =
          "Peers drop a node's address when somebody else answers there, and who has "
          "no "
          "address is never held for failing: nobody is promoted. Its replica follows "
          "the address and copies the stranger's emptiness; clients are told there "
          "that "
          "every slot is the stranger's, and what it acknowledges is gone when it "
          "goes. "
          "Without a MEET the clusters stay apart, with one it becomes a node of this "
          "one.",
      .platforms = "local.",
      .options = {OptionSpec::Bool(
          "meet", false, "Whether the stranger is told to meet the cluster.")},
      .make = MakeFault<AddressReuse>,
  };
}

AddressReuse::AddressReuse(const OptionValues& options) : meet_(options.Bool("meet")) {}

Status AddressReuse::CheckSupported(Cluster& cluster) const {
  if (cluster.stranger_control() == nullptr || cluster.process_control() == nullptr) {
    return Status::Error(
        "address_reuse: this platform can not give a node's address to another server");
  }
  return cluster.stranger_control()->CanSettle().Annotate("address_reuse");
}

std::string AddressReuse::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes()) +
         ", and a server of another cluster at its address" +
         (meet_ ? ", told to MEET this one" : "");
}

Status AddressReuse::Inject(FaultContext& context) {
  Status killed = Status::Ok();
  for (const std::string& node : context.nodes()) {
    if (IsDown(context.cluster, node)) continue;
    killed = context.cluster.process_control()->Kill(node);
    if (!killed.ok()) return killed;
    const auto end = context.cluster.process_control()->AwaitEnd(node, seconds(2));
    if (!end.ok()) return end.status().Annotate(node);
  }
  StrangerControl& strangers = *context.cluster.stranger_control();
  for (const std::string& node : context.nodes()) {
    Status settled = strangers.Settle(node);
    if (!settled.ok()) return settled;
    const auto id = strangers.AskStranger(node, {"CLUSTER", "MYID"}, seconds(2));
    if (!id.ok()) return id.status();
    strangers_[node] = id->text;
    if (meet_) settled = MeetTheLiving(context.cluster, node);
    if (!settled.ok()) return settled;
  }
  return Status::Ok();
}

std::vector<Proof> AddressReuse::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    Result<Reply> id = Status::Error("nobody was asked");
    // A connection that the dead server had is of no more use.
    AwaitNothingMissing(seconds(2), [&] {
      id = Ask(context.cluster, victim.node, {"CLUSTER", "MYID"});
      return id.message();
    });
    const bool other = id.ok() && id->text != victim.id;
    proofs.push_back({.what = !id.ok()
                                  ? id.message()
                                  : (other ? "somebody else, " : "the node itself, ") +
                                        id->text.substr(0, 8) +
                                        ", answers at the address of " + victim.node,
                      .holds = other,
                      .at = context.now()});
    if (!meet_) continue;
    std::vector<std::string> knowing;
    AwaitNothingMissing(seconds(5), [&] {
      knowing = WhoKnows(context.cluster, victim.node, strangers_[victim.node]);
      return knowing.empty() ? std::string("nobody") : std::string();
    });
    proofs.push_back({.what = knowing.empty()
                                  ? "nobody knows the stranger"
                                  : "the clusters have met: " + JoinNames(knowing) +
                                        " know the stranger",
                      .holds = !knowing.empty(),
                      .at = context.now()});
  }
  return proofs;
}

Status AddressReuse::Recover(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const Status gone = context.cluster.stranger_control()->Evict(node);
    if (!gone.ok()) return gone;
    const std::string id = strangers_[node];
    for (const std::string& other : WhoKnows(context.cluster, node, id)) {
      const auto forgot = Ask(context.cluster, other, {"CLUSTER", "FORGET", id});
      if (!forgot.ok()) return forgot.status();
    }
  }
  return StartAll(context);
}

std::vector<Proof> AddressReuse::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  for (const Victim& victim : context.victims) {
    const auto id = Ask(context.cluster, victim.node, {"CLUSTER", "MYID"});
    const bool itself = id.ok() && id->text == victim.id;
    proofs.push_back({.what = victim.node + (itself ? " itself answers at its address"
                                                    : " itself does not answer"),
                      .holds = itself,
                      .at = context.now()});
    const std::string stranger = strangers_[victim.node];
    const auto knowing = WhoKnows(context.cluster, victim.node, stranger);
    proofs.push_back({.what = knowing.empty()
                                  ? "nobody knows the stranger"
                                  : JoinNames(knowing) + " know the stranger",
                      .holds = knowing.empty(),
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
