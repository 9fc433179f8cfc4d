#include "harness/faults/restart.h"

#include "harness/faults/process_proofs.h"
#include "harness/redis/info_reply.h"

namespace slotquake {
namespace {

// Over "shutdown-timeout", which is 10 s where nobody has set it.
constexpr Nanos kGrace = std::chrono::seconds(30);

// "" where it does not answer.
std::string RunIdOf(Cluster& cluster, const std::string& node) {
  const auto info =
      cluster.Command(node, {"INFO", "server"}, std::chrono::milliseconds(500));
  if (!info.ok() || info->IsError()) return "";
  const InfoFields fields = ParseInfo(info->text);
  const auto id = fields.find("run_id");
  return id == fields.end() ? "" : id->second;
}

}  // namespace

FaultType Restart::Type() {
  return {
      .name = "restart",
      .help = "the server ends and is started again on the same data",
      .how =
          "SIGKILL or SIGTERM, the wait until the process is gone, and the start when "
          "\"recover\" says so.",
      .interval = "from before the signal until the process is gone",
      .proof =
          "The process ended and its port refuses. Undone: PING is answered by a "
          "process with another run id.",
      .teaches =
          "What a supervisor makes of a crash: inside the node timeout nobody is "
          "promoted, the same master goes on with what it had on disk.",
      .platforms = "Where the platform has power over the servers' processes.",
      .options = {OptionSpec::OneOf("signal", "kill", {"kill", "term"},
                                    "What ends the process.")},
      .make = MakeFault<Restart>,
  };
}

Restart::Restart(const OptionValues& options)
    : gracefully_(options.String("signal") == "term") {}

Status Restart::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr) return Status::Ok();
  return Status::Error(
      "restart: this platform has no power over the servers' processes");
}

std::string Restart::Describe(const FaultContext& context) const {
  return std::string(gracefully_ ? "SIGTERM" : "SIGKILL") + " to " +
         JoinNames(context.nodes()) + ", and a new start";
}

Status Restart::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    run_ids_[node] = RunIdOf(context.cluster, node);
  }
  const Status ended =
      gracefully_ ? TerminateAndAwaitEnd(context, kGrace) : KillAndAwaitEnd(context);
  if (!ended.ok()) return ended;
  for (const std::string& node : context.nodes()) {
    const Status changed = Change(context, node);
    if (!changed.ok()) return changed.Annotate(node);
  }
  return Status::Ok();
}

std::vector<Proof> Restart::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveProcessGone(context, node));
    for (Proof& proof : ProveChange(context, node)) proofs.push_back(std::move(proof));
  }
  return proofs;
}

Status Restart::Recover(FaultContext& context) { return StartAll(context); }

std::vector<Proof> Restart::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  for (const std::string& node : context.nodes()) {
    const std::string now = RunIdOf(context.cluster, node);
    const std::string before = run_ids_[node];
    proofs.push_back({.what = node + " runs as " + now.substr(0, 8) + ", before as " +
                              before.substr(0, 8),
                      .holds = !now.empty() && now != before,
                      .at = context.now()});
  }
  return proofs;
}

Status Restart::Change(FaultContext&, const std::string&) { return Status::Ok(); }

std::vector<Proof> Restart::ProveChange(FaultContext& context,
                                        const std::string& node) {
  return {ProvePortSilent(context, node, "connection refused")};
}

}  // namespace slotquake
