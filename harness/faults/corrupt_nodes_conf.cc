#include "harness/faults/corrupt_nodes_conf.h"

#include <regex>
#include <sstream>
#include <thread>

#include "harness/faults/asking.h"
#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Size(const std::string& text) {
  return std::to_string(text.size()) + " bytes";
}

// The last line of the server's log that says what is wrong with the file.
std::string LogLine(Cluster& cluster, const std::string& node) {
  const auto log = cluster.ReadLog(node);
  if (!log.ok()) return "";
  std::string found;
  std::istringstream lines(*log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("cluster config") != std::string::npos ||
        line.find("nodes.conf") != std::string::npos) {
      found = line;
    }
  }
  return found.empty() ? "" : ": " + found;
}

// How the server that was started on the spoilt file went; nothing while it can not
// be told.
std::string Fate(FaultContext& context, const std::string& node,
                 const std::string& id) {
  Cluster& cluster = context.cluster;
  if (IsDown(cluster, node)) {
    const auto end = cluster.process_control()->AwaitEnd(node, seconds(1));
    return node + " does not start (" + (end.ok() ? *end : end.message()) + ")" +
           LogLine(cluster, node);
  }
  const auto now = Ask(cluster, node, {"CLUSTER", "MYID"}, milliseconds(500));
  if (!now.ok()) return "";
  if (now->text == id) return node + " runs, as who it was";
  return node + " runs as somebody new (" + now->text.substr(0, 8) + ")";
}

// Cut behind a line's id and half its address. Cut elsewhere a file may read as a whole
// one with fewer words.
std::string CutWithinALine(const std::string& text) {
  constexpr std::size_t kInTheAddress = 45;
  const auto before = text.rfind('\n', text.size() / 2);
  const std::size_t line = before == std::string::npos ? 0 : before + 1;
  return text.substr(0, line + kInTheAddress);
}

}  // namespace

std::string SpoilNodesConf(const std::string& text, const std::string& how) {
  if (how == "empty") return "";
  if (how == "truncated") return CutWithinALine(text);
  if (how == "garbled") return std::regex_replace(text, std::regex("[0-9a-f]"), "#");
  std::istringstream lines(text);
  std::string spoilt;
  for (std::string line; std::getline(lines, line);) {
    const bool own = line.find("myself") != std::string::npos;
    if (how == "without_myself" && own) continue;
    if (how == "stale_addresses" && !own) {
      // Of the block that is kept for documentation: nobody has them.
      static const std::regex kAddress("^([0-9a-f]{40}) [^: ]*:");
      line = std::regex_replace(line, kAddress, "$1 192.0.2.1:");
    }
    spoilt += line + "\n";
  }
  return spoilt;
}

FaultType CorruptNodesConf::Type() {
  return {
      .name = "corrupt_nodes_conf",
      .help = "the server ends and is started again on a spoilt nodes.conf",
      .how =
          "SIGKILL, then nodes.conf is spoilt as \"how\" says, and the server is "
          "started on it. Undone: what runs is ended, the file is put back as it was, "
          "and the server is started.",
      .interval = "from before the signal until the server was started on the file",
      .proof =
          "The file, read back before the start, is not what it was; and the server "
          "ended, or answers as itself or as somebody new: which of these is the "
          "finding. Undone: it answers PING under its old id.",
      .teaches =
          "What a disk that lost its last writes does to a node: a file that is cut "
          "or garbled keeps the server from starting until a person comes; an empty "
          "one makes a stranger of it, whom nobody knows.",
      .platforms = "Where the platform has power over processes and their files.",
      .options = {OptionSpec::OneOf(
          "how", "truncated",
          {"truncated", "empty", "garbled", "without_myself", "stale_addresses"},
          "Cut in the middle, of no length, its hex digits overwritten, without the "
          "node's own line, or with addresses that nobody has.")},
      .make = MakeFault<CorruptNodesConf>,
  };
}

CorruptNodesConf::CorruptNodesConf(const OptionValues& options)
    : how_(options.String("how")) {}

Status CorruptNodesConf::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr && cluster.data_control() != nullptr) {
    return Status::Ok();
  }
  return Status::Error(
      "corrupt_nodes_conf: this platform has no power over the servers' files");
}

std::string CorruptNodesConf::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes()) +
         ", and a start on a nodes.conf (" + how_ + ")";
}

Status CorruptNodesConf::Spoil(FaultContext& context, const std::string& node) {
  DataControl& data = *context.cluster.data_control();
  const auto before = data.ReadNodesConf(node);
  if (!before.ok()) return before.status();
  original_[node] = *before;
  const Status wrote = data.WriteNodesConf(node, SpoilNodesConf(*before, how_));
  if (!wrote.ok()) return wrote;
  const auto back = data.ReadNodesConf(node);
  if (!back.ok()) return back.status();
  written_[node] = *back;
  return Status::Ok();
}

Status CorruptNodesConf::Inject(FaultContext& context) {
  Status status = KillAndAwaitEnd(context);
  for (const std::string& node : context.nodes()) {
    if (status.ok()) status = Spoil(context, node).Annotate(node);
  }
  return status.ok() ? StartAll(context) : status;
}

std::vector<Proof> CorruptNodesConf::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    const bool spoilt = written_.contains(victim.node) &&
                        written_[victim.node] != original_[victim.node];
    proofs.push_back({.what = spoilt ? "nodes.conf of " + victim.node + " held " +
                                           Size(written_[victim.node]) + ", before " +
                                           Size(original_[victim.node])
                                     : "nodes.conf of " + victim.node + " is as it was",
                      .holds = spoilt,
                      .at = context.now()});
    if (!spoilt) continue;
    // It takes a moment until a server has read its file and given up.
    std::string fate;
    const Nanos limit = MonotonicNow() + seconds(10);
    while (fate.empty() && MonotonicNow() < limit) {
      std::this_thread::sleep_for(milliseconds(20));
      fate = Fate(context, victim.node, victim.id);
    }
    proofs.push_back(
        {.what = fate.empty() ? victim.node + " neither ended nor answers" : fate,
         .holds = !fate.empty(),
         .at = context.now()});
  }
  return proofs;
}

Status CorruptNodesConf::Recover(FaultContext& context) {
  if (original_.empty() || restored_) return StartAll(context);
  ProcessControl& processes = *context.cluster.process_control();
  for (const auto& [node, text] : original_) {
    if (!IsDown(context.cluster, node)) {
      const Status killed = processes.Kill(node);
      if (!killed.ok()) return killed;
      const auto end = processes.AwaitEnd(node, seconds(5));
      if (!end.ok()) return end.status().Annotate(node);
    }
    const Status back = context.cluster.data_control()->WriteNodesConf(node, text);
    if (!back.ok()) return back.Annotate(node);
  }
  restored_ = true;
  return StartAll(context);
}

std::vector<Proof> CorruptNodesConf::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  for (const Victim& victim : context.victims) {
    const auto id = Ask(context.cluster, victim.node, {"CLUSTER", "MYID"});
    const bool same = id.ok() && id->text == victim.id;
    proofs.push_back(
        {.what = victim.node + (same ? " is who it was" : " is not who it was"),
         .holds = same,
         .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
