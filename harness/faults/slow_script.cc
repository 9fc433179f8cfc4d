#include "harness/faults/slow_script.h"

#include "harness/faults/asking.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// It writes nothing, so that SCRIPT KILL can end it. A server that holds the time still
// while a script runs ends it by the count, which others do not come to.
constexpr const char* kScript =
    "local function now() local t = redis.call('TIME') "
    "return t[1] * 1000 + t[2] / 1000 end "
    "local till = now() + ARGV[1] local left = ARGV[1] * 20000 "
    "while now() < till and left > 0 do left = left - 1 end return 'done'";

// Whether the server is in a script. One that answers nobody may be dead.
Result<bool> IsBusy(Cluster& cluster, const std::string& node) {
  const auto reply = cluster.Command(node, {"PING"}, milliseconds(200));
  if (reply.ok()) return reply->IsError() && reply->text.starts_with("BUSY");
  if (IsDown(cluster, node)) return Status::Error(node + " is down");
  return true;
}

}  // namespace

FaultType SlowScript::Type() {
  return {
      .name = "slow_script",
      .help = "a script keeps the server busy, and it answers nobody",
      .how =
          "EVAL of a loop at each victim, whose reply nobody waits for. Undone by "
          "SCRIPT KILL, which the server hears only after busy-reply-threshold (5 s "
          "by default), or by the script's own end.",
      .interval =
          "from before the first EVAL until the last one was sent and was not "
          "answered within 50 ms",
      .proof =
          "PING gets no answer within 200 ms, or BUSY. Undone: it is answered by PONG.",
      .teaches =
          "One slow command is a dead master: a script that is longer than the node "
          "timeout has it replaced, although its process and its host are well. After "
          "busy-reply-threshold it answers BUSY, and its peers again.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {OptionSpec::Int("duration_ms", 3000, 500, 600'000,
                                  "How long the script takes.")},
      .make = MakeFault<SlowScript>,
      .by_api = true,
  };
}

SlowScript::SlowScript(const OptionValues& options)
    : duration_(options.Ms("duration_ms")) {}

Status SlowScript::CheckSupported(Cluster&) const { return Status::Ok(); }

std::string SlowScript::Describe(const FaultContext& context) const {
  return "a script of " + std::to_string(duration_ / milliseconds(1)) + " ms at " +
         JoinNames(context.nodes());
}

Status SlowScript::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    // Connects first: only the script's own answer is not to be waited for.
    const auto there = Ask(context.cluster, node, {"PING"});
    if (!there.ok()) return there.status();
    const auto reply = context.cluster.Command(
        node, {"EVAL", kScript, "0", std::to_string(duration_ / milliseconds(1))},
        milliseconds(50));
    if (reply.ok()) {
      return Status::Error(node + " answers EVAL at once: " + reply->text);
    }
  }
  return Status::Ok();
}

std::vector<Proof> SlowScript::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    const auto busy = IsBusy(context.cluster, node);
    proofs.push_back({.what = !busy.ok() ? busy.message()
                              : *busy    ? node + " does not answer PING by PONG"
                                         : node + " answers PING",
                      .holds = busy.ok() && *busy,
                      .at = context.now()});
  }
  return proofs;
}

Status SlowScript::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const std::string missing = AwaitNothingMissing(seconds(15), [&]() -> std::string {
      const auto busy = IsBusy(context.cluster, node);
      if (!busy.ok() || !*busy) return "";  // the script ends with the process
      (void)context.cluster.Command(node, {"SCRIPT", "KILL"}, milliseconds(500));
      return node + " is still busy";
    });
    if (first.ok() && !missing.empty()) first = Status::Error(missing);
  }
  return first;
}

std::vector<Proof> SlowScript::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    const bool down = IsDown(context.cluster, node);
    const auto busy = IsBusy(context.cluster, node);
    proofs.push_back({.what = node + (down                 ? " is down, and its script"
                                      : busy.ok() && *busy ? " is busy"
                                                           : " answers PING"),
                      .holds = down || (busy.ok() && !*busy),
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
