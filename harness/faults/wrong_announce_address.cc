#include "harness/faults/wrong_announce_address.h"

#include "harness/faults/asking.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

constexpr const char* kSetting = "cluster-announce-ip";

// Where the other nodes that answer believe `victim` to be, by their names.
std::map<std::string, std::string> Believed(Cluster& cluster, const Victim& victim) {
  std::map<std::string, std::string> believed;
  for (const std::string& peer : cluster.nodes()) {
    if (peer == victim.node || IsDown(cluster, peer)) continue;
    const auto view = AskViewOf(cluster, peer);
    const NodeView* seen = view.ok() ? view->Find(victim.id) : nullptr;
    believed[peer] = seen == nullptr ? "unknown" : seen->address;
  }
  return believed;
}

}  // namespace

FaultType WrongAnnounceAddress::Type() {
  return {
      .name = "wrong_announce_address",
      .help = "a node tells its peers an address that nobody has",
      .how =
          "CONFIG SET cluster-announce-ip at each victim. Undone by setting what it "
          "was "
          "before; a server that was started again meanwhile has its file's value "
          "anyway.",
      .interval =
          "from before the CONFIG SET until the victim has said OK; its peers "
          "hear of it with its next ping, within half a node timeout",
      .proof =
          "A peer's map has the victim at that address. Undone: every peer's map that "
          "can be asked has it at its own.",
      .teaches =
          "A node whose peers look for it where nobody is: it reaches them, they do "
          "not reach it, and clients are sent to nowhere. A start script that writes "
          "the wrong address is enough.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {OptionSpec::String("address", "192.0.2.1",
                                     "What is announced; the default belongs to a "
                                     "block that is kept for documentation.")},
      .make = MakeFault<WrongAnnounceAddress>,
      .by_api = true,
  };
}

WrongAnnounceAddress::WrongAnnounceAddress(const OptionValues& options)
    : address_(options.String("address")) {}

Status WrongAnnounceAddress::CheckSupported(Cluster&) const { return Status::Ok(); }

Result<std::vector<std::string>> WrongAnnounceAddress::Aim(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const auto value = AskConfig(context.cluster, node, kSetting);
    if (!value.ok()) return value.status().Annotate("wrong_announce_address");
    before_[node] = *value;
  }
  return context.nodes();
}

std::string WrongAnnounceAddress::Describe(const FaultContext& context) const {
  return JoinNames(context.nodes()) + " announced at " + address_;
}

Status WrongAnnounceAddress::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const auto set = Ask(context.cluster, node, {"CONFIG", "SET", kSetting, address_});
    if (!set.ok()) return set.status();
  }
  return Status::Ok();
}

std::vector<Proof> WrongAnnounceAddress::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    std::string deceived;
    const auto announced = AskConfig(context.cluster, victim.node, kSetting);
    // Nobody is told anything where nothing was set.
    if (announced.ok() && *announced == address_) {
      AwaitNothingMissing(seconds(10), [&] {
        for (const auto& [peer, at] : Believed(context.cluster, victim)) {
          if (at == address_) deceived = peer;
        }
        return deceived.empty() ? std::string("nobody yet") : std::string();
      });
    }
    proofs.push_back(
        {.what = deceived.empty()
                     ? "nobody has " + victim.node + " at " + address_
                     : deceived + " has " + victim.node + " at " + address_,
         .holds = !deceived.empty(),
         .at = context.now()});
  }
  return proofs;
}

Status WrongAnnounceAddress::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const auto& [node, value] : before_) {
    if (IsDown(context.cluster, node)) continue;
    const auto set = Ask(context.cluster, node, {"CONFIG", "SET", kSetting, value});
    if (first.ok()) first = set.status();
  }
  return first;
}

std::vector<Proof> WrongAnnounceAddress::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    const bool down = IsDown(context.cluster, victim.node);
    const std::string host = before_[victim.node].empty()
                                 ? context.cluster.ClientEndpoint(victim.node).host
                                 : before_[victim.node];
    const std::string missing =
        down ? "" : AwaitNothingMissing(seconds(20), [&]() -> std::string {
          for (const auto& [peer, at] : Believed(context.cluster, victim)) {
            if (at != host) return peer + " has " + victim.node + " at " + at;
          }
          return "";
        });
    proofs.push_back({.what = down ? victim.node + " is down"
                              : missing.empty()
                                  ? "all have " + victim.node + " at " + host
                                  : missing,
                      .holds = missing.empty(),
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
