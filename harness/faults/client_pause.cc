#include "harness/faults/client_pause.h"

#include <algorithm>

#include "harness/faults/asking.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Counts as a write (it may be replicated), and leaves nothing behind.
Result<Reply> Probe(Cluster& cluster, const std::string& node, Nanos limit) {
  return cluster.Command(node, {"PUBLISH", "slotquake:probe", "?"}, limit);
}

}  // namespace

FaultType ClientPause::Type() {
  return {
      .name = "client_pause",
      .help = "the server lets its clients wait (CLIENT PAUSE)",
      .how =
          "CLIENT PAUSE at each victim. Undone by CLIENT UNPAUSE; a server whose "
          "clients all wait does not hear that either, so with \"all\" undoing waits "
          "until the pause has run out.",
      .interval = "from before the first command until the last victim has said OK",
      .proof =
          "PUBLISH, which counts as a write, gets no answer within 200 ms; with "
          "\"write\" PING is answered all the same. Undone: PUBLISH is answered.",
      .teaches =
          "A master that serves nobody and is healthy to its peers: nobody is "
          "promoted, however long it takes. What planned failovers and proxies "
          "use to hold writes back.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {OptionSpec::Int("pause_ms", 3000, 300, 600'000,
                                  "When the pause ends by itself."),
                  OptionSpec::OneOf("mode", "all", {"all", "write"},
                                    "Which commands wait.")},
      .make = MakeFault<ClientPause>,
      .by_api = true,
  };
}

ClientPause::ClientPause(const OptionValues& options)
    : pause_(options.Ms("pause_ms")), writes_only_(options.String("mode") == "write") {}

Status ClientPause::CheckSupported(Cluster&) const { return Status::Ok(); }

std::string ClientPause::Describe(const FaultContext& context) const {
  return "CLIENT PAUSE of " + std::to_string(pause_ / milliseconds(1)) + " ms (" +
         (writes_only_ ? "writes" : "everything") + ") at " +
         JoinNames(context.nodes());
}

Status ClientPause::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    until_ = MonotonicNow() + pause_ + seconds(1);
    const auto paused =
        Ask(context.cluster, node,
            {"CLIENT", "PAUSE", std::to_string(pause_ / milliseconds(1)),
             writes_only_ ? "WRITE" : "ALL"});
    if (!paused.ok()) return paused.status();
  }
  return Status::Ok();
}

std::vector<Proof> ClientPause::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    const auto write = Probe(context.cluster, node, milliseconds(200));
    proofs.push_back(
        {.what = node + (write.ok() ? " answers PUBLISH"
                                    : " does not answer PUBLISH: " + write.message()),
         .holds = !write.ok() && !IsDown(context.cluster, node),
         .at = context.now()});
    if (!writes_only_) continue;
    const auto read = context.cluster.Command(node, {"PING"}, seconds(1));
    proofs.push_back({.what = node + (read.ok() ? " answers PING all the same"
                                                : " does not answer PING"),
                      .holds = read.ok(),
                      .at = context.now()});
  }
  return proofs;
}

Status ClientPause::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    if (IsDown(context.cluster, node)) continue;  // a pause ends with its process
    const Nanos left = std::max(until_ - MonotonicNow(), Nanos(0)) + seconds(1);
    const auto on = Ask(context.cluster, node, {"CLIENT", "UNPAUSE"}, left);
    if (first.ok()) first = on.status();
  }
  return first;
}

std::vector<Proof> ClientPause::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    if (IsDown(context.cluster, node)) {
      proofs.push_back({.what = node + " is down, and its pause with it",
                        .holds = true,
                        .at = context.now()});
      continue;
    }
    const auto write = Probe(context.cluster, node, seconds(2));
    const bool answers = write.ok() && !write->IsError();
    proofs.push_back(
        {.what = node + (answers ? " answers PUBLISH" : " does not answer PUBLISH"),
         .holds = answers,
         .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
