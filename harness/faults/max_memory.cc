#include "harness/faults/max_memory.h"

#include <cstdlib>
#include <thread>

#include "harness/faults/process_proofs.h"
#include "harness/redis/info_reply.h"
#include "harness/redis/slot.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kRefused = "OOM command not allowed";

Result<Reply> Ask(Cluster& cluster, const std::string& node,
                  const std::vector<std::string>& command) {
  auto reply = cluster.Command(node, command, seconds(1));
  if (reply.ok() && reply->IsError()) return Status::Error(node + ": " + reply->text);
  return reply;
}

Result<std::string> InfoOf(Cluster& cluster, const std::string& node,
                           const std::string& section, const std::string& field) {
  const auto reply = Ask(cluster, node, {"INFO", section});
  if (!reply.ok()) return reply.status();
  const InfoFields fields = ParseInfo(reply->text);
  const auto it = fields.find(field);
  if (it != fields.end()) return it->second;
  return Status::Error(node + " does not tell its " + field);
}

Result<std::string> Setting(Cluster& cluster, const std::string& node,
                            const std::string& name) {
  const auto reply = Ask(cluster, node, {"CONFIG", "GET", name});
  if (!reply.ok()) return reply.status();
  if (reply->elements.size() == 2) return reply->elements[1].text;
  return Status::Error(node + " has no setting " + name);
}

Status Set(Cluster& cluster, const std::string& node, const std::string& name,
           const std::string& value) {
  return Ask(cluster, node, {"CONFIG", "SET", name, value}).status();
}

// A key of the victim's slots that no load uses.
std::string ProbeKey(const Victim& victim) {
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string key = "slotquake:probe:" + std::to_string(i);
    for (const SlotRange& range : victim.slots) {
      const int slot = SlotOf(key);
      if (range.first <= slot && slot <= range.last) return key;
    }
  }
  return "slotquake:probe";
}

// What a command says that is refused for want of memory, and that does nothing where
// it is not: it writes nothing into a key that is not there.
std::string Probe(FaultContext& context, const Victim& victim) {
  const auto reply = context.cluster.Command(
      victim.node, {"SETRANGE", ProbeKey(victim), "0", ""}, milliseconds(500));
  if (!reply.ok()) return reply.message();
  return reply->IsError() ? reply->text : "OK";
}

}  // namespace

FaultType MaxMemory::Type() {
  return {
      .name = "max_memory",
      .help = "the victims may use no more memory: they refuse every write that could",
      .how =
          "CONFIG SET maxmemory to a share of what is used, maxmemory-policy "
          "noeviction. Undone by the values from before; a server that was started "
          "again has those of its file.",
      .interval = "from before the first CONFIG SET until the last one is answered",
      .proof =
          "INFO says that more is used than allowed, and a command that could need "
          "memory, but writes nothing, is refused: OOM. Undone: it is not refused.",
      .teaches =
          "A master that is out of room refuses writes and answers the cluster as if "
          "nothing were wrong: nobody is promoted. Nothing that was acknowledged is "
          "lost.",
      .platforms =
          "Everywhere. Victims must be masters: a replica takes what its master sends.",
      .options = {OptionSpec::Int("of_used_percent", 90, 1, 100,
                                  "How much is allowed, of what is used then.")},
      .make = MakeFault<MaxMemory>,
      .by_api = true,
  };
}

MaxMemory::MaxMemory(const OptionValues& options)
    : of_used_(static_cast<double>(options.Int("of_used_percent")) / 100) {}

Status MaxMemory::CheckSupported(Cluster& cluster) const {
  for (const std::string& node : cluster.nodes()) {
    const auto policy = Setting(cluster, node, "maxmemory-policy");
    if (!policy.ok()) return policy.status().Annotate("max_memory");
  }
  return Status::Ok();
}

Result<std::vector<std::string>> MaxMemory::Aim(FaultContext& context) {
  for (const Victim& victim : context.victims) {
    if (!victim.was_master) {
      return Status::Error("max_memory: " + victim.node +
                           " is a replica, which takes what its master sends");
    }
  }
  return context.nodes();
}

std::string MaxMemory::Describe(const FaultContext& context) const {
  return "no more memory for " + JoinNames(context.nodes());
}

Status MaxMemory::InjectInto(FaultContext& context, const std::string& node) {
  Cluster& cluster = context.cluster;
  const auto maxmemory = Setting(cluster, node, "maxmemory");
  const auto policy = Setting(cluster, node, "maxmemory-policy");
  const auto run_id = InfoOf(cluster, node, "server", "run_id");
  const auto used = InfoOf(cluster, node, "memory", "used_memory");
  for (const auto* asked : {&maxmemory, &policy, &run_id, &used}) {
    if (!asked->ok()) return asked->status();
  }
  before_[node] = {*maxmemory, *policy, *run_id};
  const auto allowed = static_cast<std::int64_t>(of_used_ * std::atof(used->c_str()));
  // The policy first: with another one, keys would be evicted.
  const Status kept = Set(cluster, node, "maxmemory-policy", "noeviction");
  if (!kept.ok()) return kept;
  return Set(cluster, node, "maxmemory", std::to_string(allowed));
}

Status MaxMemory::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const Status done = InjectInto(context, node);
    if (!done.ok()) return done;
  }
  return Status::Ok();
}

std::vector<Proof> MaxMemory::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Victim& victim : context.victims) {
    const auto used = InfoOf(context.cluster, victim.node, "memory", "used_memory");
    const auto allowed = InfoOf(context.cluster, victim.node, "memory", "maxmemory");
    const bool known = used.ok() && allowed.ok();
    proofs.push_back({.what = known ? victim.node + " uses " + *used + " bytes, " +
                                          *allowed + " are allowed"
                                    : (used.ok() ? allowed : used).message(),
                      .holds = known && std::atof(allowed->c_str()) > 0 &&
                               std::atof(used->c_str()) > std::atof(allowed->c_str()),
                      .at = context.now()});
    const std::string said = Probe(context, victim);
    proofs.push_back({.what = "SETRANGE on " + victim.node + ": " + said,
                      .holds = said.starts_with(kRefused),
                      .at = context.now()});
  }
  return proofs;
}

Status MaxMemory::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const auto it = before_.find(node);
    if (it == before_.end()) continue;
    ProcessControl* processes = context.cluster.process_control();
    const auto state =
        processes != nullptr ? processes->State(node) : ProcessState::kRunning;
    Status undone = state.status();
    if (state.ok() && *state != ProcessState::kGone) {
      const auto run_id = InfoOf(context.cluster, node, "server", "run_id");
      undone = run_id.status();
      if (run_id.ok() && *run_id == it->second.run_id) {
        undone = Set(context.cluster, node, "maxmemory", it->second.maxmemory);
        if (undone.ok()) {
          undone = Set(context.cluster, node, "maxmemory-policy", it->second.policy);
        }
      }
    }
    if (undone.ok()) before_.erase(it);
    if (first.ok()) first = undone;
  }
  return first;
}

std::vector<Proof> MaxMemory::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  for (const Victim& victim : context.victims) {
    // One that was replaced meanwhile sends elsewhere, which is no refusal either; one
    // that was started anew takes a moment.
    const auto taken = [](const std::string& said) {
      return said == "OK" || said.starts_with("MOVED");
    };
    const Nanos limit = MonotonicNow() + seconds(10);
    std::string said = Probe(context, victim);
    while (!taken(said) && MonotonicNow() < limit) {
      std::this_thread::sleep_for(milliseconds(10));
      said = Probe(context, victim);
    }
    proofs.push_back({.what = "SETRANGE on " + victim.node + ": " + said,
                      .holds = taken(said),
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
