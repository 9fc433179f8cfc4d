#include "harness/agent/network_power.h"

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "harness/agent/shape_chains.h"
#include "harness/agent/tables.h"
#include "harness/platform/packet_filter.h"
#include "harness/redis/probe.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Where container runtimes keep the networks of pods, also of those that have no
// process of their own between two containers.
constexpr const char* kNamedNetworks = "/proc/1/root/run/netns";

Status CheckName(const std::string& name) {
  if (name == kHoldName || !IsTableName(name)) {
    return Status::Error("name: \"" + name +
                         "\" is not small letters, digits and \"_\", or is taken");
  }
  return Status::Ok();
}

Result<BlockCount> ReadCount(const NetworkNamespace& network, const std::string& name) {
  const auto text = network.Run(FilterCounterCommand(name));
  if (!text.ok()) return text.status();
  return ReadFilterCount(*text);
}

// Tables, and chains by which packets wait.
Result<int> RemoveAll(const NetworkNamespace& network) {
  const auto names = network.FilterNames();
  if (!names.ok()) return names.status();
  std::string removal;
  for (const std::string& name : *names) removal += FilterRemoval(name);
  if (!names->empty()) {
    const Status removed = network.Filter(removal);
    if (!removed.ok()) return removed;
  }
  const auto chains = ShapeChainNames(network);
  if (!chains.ok()) return chains.status();
  for (const std::string& name : *chains) {
    const Status removed = RemoveShapeChain(network, name);
    if (!removed.ok()) return removed;
  }
  return static_cast<int>(names->size() + chains->size());
}

using Networks = std::map<std::uint64_t, NetworkNamespace>;

void Add(Result<NetworkNamespace> network, Networks& all) {
  // One that is gone meanwhile has taken its tables along.
  if (network.ok()) all.emplace(network->number(), std::move(*network));
}

}  // namespace

Result<std::vector<PodResult>> NetworkPower::Apply(
    const std::string& name, const std::string& rules,
    const std::vector<std::string>& pod_uids) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  if (!rules.starts_with(FilterRemoval(name))) {
    return Status::Error("rules: not a table of that name");
  }
  {
    const std::lock_guard lock(mutex_);
    touched_pods_.insert(pod_uids.begin(), pod_uids.end());
  }
  const auto results =
      InEach(*processes_, pod_uids, [&](const NetworkNamespace& network, PodResult&) {
        return network.Filter(rules);
      });
  for (const PodResult& result : results) {
    if (result.here && result.problem.empty()) continue;
    const auto undone = Lift(name, pod_uids);
    return Status::Error("pod " + result.pod_uid + ": " +
                         (result.here ? result.problem : "has no process here") +
                         (undone.ok() ? "" : "; and " + undone.message()));
  }
  return results;
}

Result<std::vector<PodResult>> NetworkPower::Lift(
    const std::string& name, const std::vector<std::string>& pod_uids) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  const auto results =
      InEach(*processes_, pod_uids, [&](const NetworkNamespace& network, PodResult&) {
        return network.Filter(FilterRemoval(name));
      });
  for (const PodResult& result : results) {
    if (!result.problem.empty()) {
      return Status::Error("pod " + result.pod_uid + ": " + result.problem);
    }
  }
  return results;
}

Result<std::vector<PodResult>> NetworkPower::Stopped(
    const std::string& name, const std::vector<std::string>& pod_uids) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  return InEach(*processes_, pod_uids,
                [&](const NetworkNamespace& network, PodResult& result) {
                  const auto count = ReadCount(network, name);
                  if (count.ok()) {
                    result.stopped = count->stopped;
                    result.passed = count->passed;
                  }
                  return count.status();
                });
}

Result<std::string> NetworkPower::Connect(const std::string& pod_uid,
                                          const Endpoint& to, Nanos limit) const {
  const auto keeper = KeeperAmong(processes_->All(), pod_uid);
  if (!keeper.ok()) return keeper.status();
  const auto network = NetworkNamespace::OfPod(keeper->id.pid);
  if (!network.ok()) return network.status();
  std::string seen;
  const Status entered = network->Inside([&] { seen = ProbePort(to, limit); });
  if (!entered.ok()) return entered;
  return seen;
}

Result<PreparedCut> NetworkPower::PrepareCut(const MachineCut& cut) const {
  const Status named = CheckName(cut.name);
  if (!named.ok()) return named;
  const auto interfaces = cut.interfaces.empty() ? Uplinks() : cut.interfaces;
  const auto table = MachineTable(cut.name, interfaces, cut.allow, cut.limit);
  if (!table.ok()) return table.status();
  const auto machine = NetworkNamespace::OfMachine();
  if (!machine.ok()) return machine.status();
  const auto checked = machine->Run({"nft", "-c", "-f", "-"}, *table);
  if (!checked.ok()) return checked.status();
  return PreparedCut{cut.name, *table, interfaces};
}

Status NetworkPower::CutMachine(const PreparedCut& cut) {
  const auto machine = NetworkNamespace::OfMachine();
  if (!machine.ok()) return machine.status();
  {
    const std::lock_guard lock(mutex_);
    machine_cuts_.insert(cut.name);
  }
  return machine->Filter(cut.rules);
}

std::set<std::string> NetworkPower::TouchedPods() const {
  const std::lock_guard lock(mutex_);
  return touched_pods_;
}

std::set<std::string> NetworkPower::MachineCuts() const {
  const std::lock_guard lock(mutex_);
  return machine_cuts_;
}

Status NetworkPower::HealMachine(const std::string& name) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  const auto machine = NetworkNamespace::OfMachine();
  if (!machine.ok()) return machine.status();
  return machine->Filter(FilterRemoval(MachineTableName(name)));
}

Result<std::int64_t> NetworkPower::StoppedAtMachine(const std::string& name) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  const auto machine = NetworkNamespace::OfMachine();
  if (!machine.ok()) return machine.status();
  const auto count = ReadCount(*machine, MachineTableName(name));
  if (!count.ok()) return count.status();
  return count->stopped;
}

Result<int> NetworkPower::Undo(const std::optional<std::string>& pod_uid,
                               bool machine) {
  Networks networks;
  for (const PodProcess& process : processes_->All()) {
    if (pod_uid && process.member.pod_uid != *pod_uid) continue;
    Add(NetworkNamespace::Of(process.id.pid), networks);
  }
  std::error_code error;
  for (fs::directory_iterator at(kNamedNetworks, error), end;
       !pod_uid && !error && at != end; at.increment(error)) {
    Add(NetworkNamespace::At(at->path()), networks);
  }
  auto own = NetworkNamespace::OfMachine();
  if (!own.ok()) return own.status();
  networks.erase(own->number());  // of pods with hostNetwork
  if (machine) Add(std::move(own), networks);
  int removed = 0;
  Status first = Status::Ok();
  for (const auto& [number, network] : networks) {
    const auto here = RemoveAll(network);
    if (here.ok()) removed += *here;
    if (!here.ok() && first.ok()) first = here.status();
  }
  if (!first.ok()) return first;
  return removed;
}

}  // namespace slotquake
