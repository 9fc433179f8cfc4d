#include "harness/platform/kubernetes/agent_control.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <latch>
#include <set>
#include <thread>

#include "harness/platform/packet_filter.h"

namespace slotquake {
namespace {

constexpr Nanos kAwaitStartAtOnce = std::chrono::seconds(10);
constexpr Nanos kForDying = std::chrono::seconds(5);
constexpr int kBusOffset = 10000;
constexpr Nanos kBetweenLooks = std::chrono::milliseconds(200);

std::string Millis(Nanos time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", ToMillis(time));
  return text;
}

// What can be known of the end: the exit code is for the process' parent.
std::string DescribeEnd(const EndView& view) {
  if (view.sent == Nanos(0)) return "gone";
  std::string text = "gone " + Millis(*view.gone - view.sent) + " after the signal";
  if (view.held) {
    text += ", its ports closed for its successor from " +
            Millis(*view.held - view.sent) + " on";
  }
  return text;
}

std::set<std::string> NamesOf(const std::vector<std::string>& list) {
  std::set<std::string> names(list.begin(), list.end());
  names.erase(kEveryone);
  return names;
}

// Whether every packet of the block passes exactly one host of `hosts`.
bool PassesOnce(const Block& block, const std::set<std::string>& hosts) {
  const auto within = [&](const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return hosts.contains(name); });
  };
  const auto apart = [&](const std::vector<std::string>& names) {
    return std::none_of(names.begin(), names.end(),
                        [&](const std::string& name) { return hosts.contains(name); });
  };
  return (within(block.from) && apart(block.to)) ||
         (within(block.to) && apart(block.from));
}

// The hosts that get the rules: every name in the blocks or, where a percentage is
// drawn, those of one side.
Result<std::set<std::string>> GuardsOf(const std::vector<Block>& blocks) {
  std::set<std::string> all;
  bool draws = false;
  for (const Block& block : blocks) {
    for (const auto* list : {&block.from, &block.to}) all.merge(NamesOf(*list));
    draws = draws || block.percent < 100;
  }
  if (!draws) return all;
  for (const auto& side : {NamesOf(blocks.front().from), NamesOf(blocks.front().to)}) {
    if (!side.empty() && std::all_of(blocks.begin(), blocks.end(), [&](const Block& b) {
          return PassesOnce(b, side);
        })) {
      return side;
    }
  }
  return Status::Error(
      "a percentage of packets is dropped between two sides only, which these blocks "
      "do not have");
}

// Several threads that start together; if one of them can not, the others alone or,
// with `all_or_none`, nobody.
class StartTogether {
 public:
  StartTogether(std::size_t threads, bool all_or_none)
      : latch_(static_cast<std::ptrdiff_t>(threads)), all_or_none_(all_or_none) {}

  // Of one that can; returns when all have come.
  Status Ready() {
    latch_.arrive_and_wait();
    return broken_ && all_or_none_ ? Status::Error("another agent does not answer")
                                   : Status::Ok();
  }
  // Of one that can not.
  void GiveUp() {
    broken_ = true;
    latch_.count_down();
  }

 private:
  std::latch latch_;
  const bool all_or_none_;
  std::atomic<bool> broken_ = false;
};

// What an agent has measured, in the time of this process; nothing where its clock can
// not be estimated.
std::optional<EffectTime> InOwnTime(const AgentClient& agent, Nanos from, Nanos until) {
  const auto clock = agent.EstimateClock();
  if (!clock.ok()) return std::nullopt;
  return EffectTime{.from = from - clock->offset - clock->bound,
                    .until = until - clock->offset + clock->bound};
}

// When several agents had put their rules in force. Thread-safe.
class CutTimes {
 public:
  void Add(const AgentClient& agent, const std::vector<PodResult>& pods) {
    if (pods.empty()) return;
    Nanos begin = Nanos::max();
    Nanos end{0};
    for (const PodResult& pod : pods) {
      begin = std::min(begin, pod.begin);
      end = std::max(end, pod.end);
    }
    const auto time = InOwnTime(agent, begin, end);
    const std::lock_guard lock(mutex_);
    known_ = known_ && time;
    if (time) all_ = all_ ? Span(*all_, *time) : *time;
  }
  std::optional<EffectTime> All() const {
    const std::lock_guard lock(mutex_);
    return known_ ? all_ : std::nullopt;
  }

 private:
  mutable std::mutex mutex_;
  bool known_ = true;
  std::optional<EffectTime> all_;
};

}  // namespace

AgentClient AgentControl::AgentOf(const std::string& machine) const {
  const auto reach = [directory = directory_, machine]() -> Result<Endpoint> {
    const auto agent = directory->AgentOn(machine);
    return agent.ok() ? (*agent)() : Result<Endpoint>(agent.status());
  };
  const std::lock_guard lock(mutex_);
  return agents_.try_emplace(machine, AgentClient(reach, patience_)).first->second;
}

Result<AgentControl::Server> AgentControl::Find(const std::string& node) const {
  const auto place = directory_->Find(node);
  if (!place.ok()) return place.status();
  return Server{
      {place->uid, place->container_id}, place->machine, AgentOf(place->machine)};
}

void AgentControl::Note(const std::string& node, const Server& server,
                        const ProcessId& process) {
  const std::lock_guard lock(mutex_);
  descriptions_[node] =
      "process " + std::to_string(process.pid) + " on " + server.machine;
}

std::string AgentControl::Describe(const std::string& node) const {
  const std::lock_guard lock(mutex_);
  const auto at = descriptions_.find(node);
  return at == descriptions_.end() ? "the server of " + node : at->second;
}

Status AgentControl::End(const std::string& node, const std::string& signal) {
  const auto server = Find(node);
  if (!server.ok()) return server.status();
  const auto sent =
      server->agent.EndProcess(server->name, signal, directory_->client_port());
  if (!sent.ok()) return sent.status().Annotate(node);
  Note(node, *server, sent->process);
  const std::lock_guard lock(mutex_);
  measured_.erase(node);
  signalled_.insert_or_assign(node, *server);
  return Status::Ok();
}

Result<AgentControl::Server> AgentControl::FindSignalled(const std::string& node) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = signalled_.find(node);
    if (at != signalled_.end()) return at->second;
  }
  return Find(node);
}

Result<std::string> AgentControl::AwaitEnd(const std::string& node, Nanos limit) {
  const auto server = FindSignalled(node);
  if (!server.ok()) return server.status();
  const auto view = server->agent.AwaitEnd(server->name, limit);
  if (!view.ok()) return view.status();
  if (!view->gone) return Status::Error("the process still runs");
  if (view->sent != Nanos(0)) {
    KeepTime(node, InOwnTime(server->agent, view->sent, *view->gone));
  }
  return DescribeEnd(*view);
}

void AgentControl::KeepTime(const std::string& node,
                            const std::optional<EffectTime>& time) {
  const std::lock_guard lock(mutex_);
  measured_.erase(node);
  if (time) measured_.emplace(node, *time);
}

std::optional<EffectTime> AgentControl::Measured(const std::string& node) {
  const std::lock_guard lock(mutex_);
  const auto at = measured_.find(node);
  if (at == measured_.end()) return std::nullopt;
  return at->second;
}

Status AgentControl::Start(const std::string& node) {
  const Nanos end = MonotonicNow() + start_limit_;
  bool signalled = false;
  {
    const std::lock_guard lock(mutex_);
    signalled = signalled_.contains(node);
  }
  // What is still dying must not be taken for its successor.
  if (signalled) [[maybe_unused]]
    const auto ended = AwaitEnd(node, kForDying);
  std::string last = "it has no pod";
  do {
    // Looked up each time: the pod may be made again, elsewhere.
    const auto server = Find(node);
    if (!server.ok()) {
      last = server.message();
      std::this_thread::sleep_for(kBetweenLooks);
      continue;
    }
    const std::string& pod = server->name.pod_uid;
    auto released = server->agent.Release(pod);
    if (!released.ok()) return released.status().Annotate(node);
    const auto started = server->agent.AwaitStart(server->name, kAwaitStartAtOnce);
    if (!started.ok()) {
      last = started.message();
      continue;
    }
    // A pod that had no process can not have been released before.
    if (!*released) released = server->agent.Release(pod);
    Note(node, *server, *started);
    const std::lock_guard lock(mutex_);
    signalled_.erase(node);
    return released.status().Annotate(node);
  } while (MonotonicNow() < end);
  return Status::Error(node + " was not started again by its kubelet: " + last);
}

Status AgentControl::Pause(const std::string& node) {
  const auto server = Find(node);
  if (!server.ok()) return server.status();
  const auto sent = server->agent.StopProcess(server->name);
  const Nanos returned = MonotonicNow();
  if (!sent.ok()) return sent.status().Annotate(node);
  Note(node, *server, sent->process);
  // Nobody has seen it stop; the way to the agent may be long, and its clock's
  // estimate.
  auto time = InOwnTime(server->agent, sent->at, sent->at);
  if (time) time->until = std::max(time->until, returned);
  KeepTime(node, time);
  return Status::Ok();
}

Status AgentControl::Resume(const std::string& node) {
  const auto server = Find(node);
  if (!server.ok()) return server.status();
  return server->agent.ContinueProcess(server->name).Annotate(node);
}

Result<ProcessState> AgentControl::State(const std::string& node) {
  const auto server = Find(node);
  if (!server.ok()) return server.status();
  const auto state = server->agent.State(server->name);
  if (!state.ok()) return state.status().Annotate(node);
  return state->state;
}

Status AgentControl::OnMachines(
    const PodsByMachine& pods, bool all_or_none,
    const std::function<Status(const AgentClient&, const std::vector<std::string>&,
                               const AgentClient::Ready&)>& act) const {
  StartTogether start(pods.size(), all_or_none);
  std::mutex mutex;
  Status first = Status::Ok();
  std::vector<std::thread> threads;
  for (const auto& [machine, uids] : pods) {
    threads.emplace_back([&, machine = machine, &uids = uids] {
      bool came = false;
      const auto ready = [&] {
        if (came) return Status::Ok();  // another attempt
        came = true;
        return start.Ready();
      };
      const Status done = act(AgentOf(machine), uids, ready);
      if (!came) start.GiveUp();
      const std::lock_guard lock(mutex);
      // The one that did not come is the cause of the others' errors.
      if (!done.ok() && (first.ok() || !came)) first = done.Annotate(machine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return first;
}

Status AgentControl::LiftIn(const std::string& name,
                            const std::vector<Guarded>& pods) const {
  PodsByMachine by_machine;
  for (const Guarded& pod : pods) by_machine[pod.machine].push_back(pod.pod_uid);
  return OnMachines(
      by_machine, /*all_or_none=*/false,
      [&](const AgentClient& agent, const auto& uids, const AgentClient::Ready& ready) {
        return agent.Lift(name, uids, ready).status();
      });
}

Status AgentControl::Apply(const std::string& name, const std::vector<Block>& blocks) {
  const auto table = FilterTable(name, blocks, directory_->Addresses(),
                                 directory_->nodes(), directory_->client_port());
  if (!table.ok()) return table.status();
  std::vector<Guarded> pods;
  PodsByMachine by_machine;
  const auto guards = GuardsOf(blocks);
  if (!guards.ok()) return guards.status();
  for (const std::string& end : *guards) {
    const auto place = directory_->Find(end);
    if (!place.ok()) return place.status();
    pods.push_back({place->uid, place->machine, {}});
    by_machine[place->machine].push_back(place->uid);
  }
  CutTimes times;
  const Status applied = OnMachines(
      by_machine, /*all_or_none=*/true,
      [&](const AgentClient& agent, const auto& uids, const AgentClient::Ready& ready) {
        const auto done = agent.Apply(name, *table, uids, ready);
        if (done.ok()) times.Add(agent, *done);
        return done.status();
      });
  std::vector<Guarded> before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(guarded_[name], pods);
    cut_.erase(name);
    if (const auto all = times.All()) cut_.emplace(name, *all);
  }
  if (!applied.ok()) {
    pods.insert(pods.end(), before.begin(), before.end());
    const Status undone = LiftIn(name, pods);
    if (undone.ok()) return applied;
    return Status::Error(applied.message() + "; and not undone: " + undone.message());
  }
  std::erase_if(before, [&](const Guarded& old) {
    return std::any_of(pods.begin(), pods.end(),
                       [&](const Guarded& pod) { return pod.pod_uid == old.pod_uid; });
  });
  return LiftIn(name, before);
}

std::optional<EffectTime> AgentControl::MeasuredCut(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto at = cut_.find(name);
  if (at == cut_.end()) return std::nullopt;
  return at->second;
}

Status AgentControl::Lift(const std::string& name) {
  std::vector<Guarded> pods;
  {
    const std::lock_guard lock(mutex_);
    const auto at = guarded_.find(name);
    if (at == guarded_.end()) return Status::Ok();
    pods = at->second;
  }
  const Status lifted = LiftIn(name, pods);
  if (!lifted.ok()) return lifted;
  const std::lock_guard lock(mutex_);
  guarded_.erase(name);
  return Status::Ok();
}

Result<BlockCount> AgentControl::Count(const std::string& name) {
  PodsByMachine by_machine;
  {
    const std::lock_guard lock(mutex_);
    const auto at = guarded_.find(name);
    if (at == guarded_.end()) return Status::Error("no blocks \"" + name + "\"");
    for (const Guarded& pod : at->second) {
      by_machine[pod.machine].push_back(pod.pod_uid);
    }
  }
  std::map<std::string, BlockCount> seen;
  for (const auto& [machine, uids] : by_machine) {
    const auto pods = AgentOf(machine).Stopped(name, uids);
    if (!pods.ok()) return pods.status().Annotate(machine);
    for (const PodResult& pod : *pods) {
      if (!pod.problem.empty()) return Status::Error(pod.pod_uid + ": " + pod.problem);
      if (pod.stopped) seen[pod.pod_uid] = {*pod.stopped, pod.passed};
    }
  }
  const std::lock_guard lock(mutex_);
  BlockCount sum;
  for (Guarded& pod : guarded_[name]) {
    const auto at = seen.find(pod.pod_uid);
    if (at != seen.end()) pod.count = at->second;
    sum.stopped += pod.count.stopped;
    sum.passed += pod.count.passed;
  }
  return sum;
}

Result<std::int64_t> AgentControl::Stopped(const std::string& name) {
  const auto count = Count(name);
  if (!count.ok()) return count.status();
  return count->stopped;
}

Result<std::string> AgentControl::Probe(const std::string& from, const std::string& to,
                                        Plane plane, Nanos limit) {
  const auto place = directory_->Find(from);
  if (!place.ok()) return place.status();
  auto server = directory_->ServerOf(to);
  if (!server.ok()) return server.status();
  if (plane == Plane::kBus) server->port += kBusOffset;
  return AgentOf(place->machine).Connect(place->uid, *server, limit);
}

}  // namespace slotquake
