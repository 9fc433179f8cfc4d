#include "harness/agent/process_power.h"

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include "harness/agent/network_namespace.h"
#include "harness/agent/tables.h"
#include "harness/platform/packet_filter.h"
#include "harness/platform/process_state.h"

namespace slotquake {
namespace {

constexpr Nanos kBetweenLooks = std::chrono::milliseconds(20);

std::string Name(const ProcessId& id) { return "process " + std::to_string(id.pid); }

}  // namespace

ProcessPower::ProcessPower(const PodProcesses* processes, std::filesystem::path notes)
    : processes_(processes), notes_(std::move(notes)) {}

Result<SentSignal> ProcessPower::End(const ServerName& server, int signal,
                                     std::optional<int> hold_port) {
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  if (!found.ok()) return found.status();
  auto handle = ProcessHandle::Open(found->id);
  if (!handle.ok()) return handle.status();
  std::optional<NetworkNamespace> network;
  if (hold_port) {
    auto own = NetworkNamespace::OfPod(found->id.pid);
    if (!own.ok()) return own.status();
    network.emplace(std::move(*own));
  }
  SentSignal sent{found->id, MonotonicNow()};
  const Status signalled = handle->Signal(signal);
  if (!signalled.ok()) return signalled;
  auto ending = std::make_shared<Ending>(std::move(*handle), std::move(network),
                                         hold_port.value_or(0), sent.at);
  const std::lock_guard lock(mutex_);
  touched_pods_.insert(server.pod_uid);
  endings_[server.pod_uid].swap(ending);
  return sent;
}

std::shared_ptr<Ending> ProcessPower::Find(const std::string& pod_uid) {
  const std::lock_guard lock(mutex_);
  const auto at = endings_.find(pod_uid);
  return at == endings_.end() ? nullptr : at->second;
}

Result<EndView> ProcessPower::AwaitEnd(const ServerName& server, Nanos limit) {
  if (const auto ending = Find(server.pod_uid)) {
    const EndView view = ending->Await(limit);
    if (view.problem.empty()) return view;
    return Status::Error(
        Name(ending->process()) +
        " has ended, but its successor can not be held: " + view.problem);
  }
  EndView view;
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  if (!found.ok()) return found.status();
  const auto handle = ProcessHandle::Open(found->id);
  if (!handle.ok() || handle->AwaitEnd(limit)) view.gone = MonotonicNow();
  return view;
}

Result<bool> ProcessPower::Release(const std::string& pod_uid) {
  std::shared_ptr<Ending> ending;
  {
    const std::lock_guard lock(mutex_);
    const auto at = endings_.find(pod_uid);
    if (at != endings_.end()) {
      ending = std::move(at->second);
      endings_.erase(at);
    }
  }
  ending.reset();  // it may be about to hold
  const auto keeper = processes_->KeeperOf(pod_uid);
  if (!keeper.ok()) return false;
  const auto network = NetworkNamespace::OfPod(keeper->id.pid);
  if (!network.ok()) return network.status();
  const Status lifted = network->Filter(FilterRemoval(kHoldName));
  if (!lifted.ok()) return lifted;
  return true;
}

Result<ProcessId> ProcessPower::AwaitStart(const ServerName& server, Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  while (true) {
    const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
    if (found.ok()) return found->id;
    if (MonotonicNow() >= end) return found.status();
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

Status ProcessPower::NoteStop(const ProcessId& process, const std::string& pod_uid) {
  const auto state = StateOfProcess(process.pid);
  if (!state.ok()) return state.status();
  if (*state == ProcessState::kStopped && !notes_.Has(process)) {
    return Status::Error(Name(process) +
                         " is stopped already, by somebody else; continue it first");
  }
  // Noted first: an agent that dies in between leaves nothing stopped for ever.
  const Status noted = notes_.Add({process, pod_uid});
  if (!noted.ok()) return noted;
  const std::lock_guard lock(mutex_);
  touched_pods_.insert(pod_uid);
  return Status::Ok();
}

Status ProcessPower::Starve(const ServerName& server, double share) {
  if (!(share > 0 && share < 1)) return Status::Error("share: between 0 and 1");
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  if (!found.ok()) return found.status();
  const Status before = EndStarving(server.pod_uid);
  if (!before.ok()) return before;
  // By Stop(): what else is noted is starved, and that has just ended.
  const bool stopped = notes_.Has(found->id);
  const Status noted = NoteStop(found->id, server.pod_uid);
  if (!noted.ok()) return noted;
  const std::lock_guard lock(mutex_);
  starved_[server.pod_uid] = {
      found->id, std::make_unique<Starver>(found->id.pid, share, stopped), stopped};
  return Status::Ok();
}

Status ProcessPower::EndStarving(const std::string& pod_uid) {
  std::unique_lock lock(mutex_);
  const auto ended = starved_.extract(pod_uid);
  lock.unlock();
  if (ended.empty()) return Status::Ok();
  Starved& starved = ended.mapped();
  starved.starver.reset();
  return starved.stopped ? Status::Ok() : notes_.Remove(starved.process);
}

Result<CpuUse> ProcessPower::Use(const ServerName& server) {
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  if (!found.ok()) return found.status();
  const auto used = CpuTimeOfProcess(found->id.pid);
  if (!used.ok()) return used.status();
  CpuUse use{.starved = Nanos(0), .used = *used};
  const std::lock_guard lock(mutex_);
  const auto at = starved_.find(server.pod_uid);
  if (at != starved_.end()) use.starved = at->second.starver->Starved();
  return use;
}

Result<SentSignal> ProcessPower::Stop(const ServerName& server) {
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  if (!found.ok()) return found.status();
  const auto handle = ProcessHandle::Open(found->id);
  if (!handle.ok()) return handle.status();
  const Status noted = NoteStop(found->id, server.pod_uid);
  if (!noted.ok()) return noted;
  {
    const std::lock_guard lock(mutex_);
    const auto at = starved_.find(server.pod_uid);
    if (at != starved_.end() && at->second.process == found->id) {
      at->second.stopped = true;
      at->second.starver->Hold();
    }
  }
  const SentSignal sent{found->id, MonotonicNow()};
  const Status signalled = handle->Signal(SIGSTOP);
  if (!signalled.ok()) return signalled;
  return sent;
}

Result<bool> ProcessPower::ContinueNoted(const StopNote& note) {
  const auto handle = ProcessHandle::Open(note.process);
  bool continued = false;
  if (handle.ok()) {
    const auto state = StateOfProcess(note.process.pid);
    const Status signalled = handle->Signal(SIGCONT);
    continued = state.ok() && *state == ProcessState::kStopped && signalled.ok();
  }
  const Status forgotten = notes_.Remove(note.process);
  if (!forgotten.ok()) return forgotten;
  return continued;
}

Status ProcessPower::Continue(const ServerName& server) {
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  if (!found.ok()) return Status::Ok();
  {
    const std::lock_guard lock(mutex_);
    const auto at = starved_.find(server.pod_uid);
    if (at != starved_.end() && at->second.process == found->id) {
      // The starver continues it in its turn, and its note stays.
      at->second.stopped = false;
      at->second.starver->Release();
      return Status::Ok();
    }
  }
  if (notes_.Has(found->id)) {
    return ContinueNoted({found->id, server.pod_uid}).status();
  }
  const auto state = StateOfProcess(found->id.pid);
  if (!state.ok()) return state.status();
  if (*state != ProcessState::kStopped) return Status::Ok();
  return Status::Error(Name(found->id) +
                       " was stopped by somebody else, and is left alone");
}

Result<ServerState> ProcessPower::State(const ServerName& server) {
  ServerState answer;
  if (const auto ending = Find(server.pod_uid)) {
    if (!ending->Await(Nanos(0)).gone) {
      const auto state = StateOfProcess(ending->process().pid);
      if (!state.ok()) return state.status();
      return ServerState{*state, ending->process(), false};
    }
  }
  const auto found = processes_->ServerOf(server.pod_uid, server.container_id);
  const auto keeper = processes_->KeeperOf(server.pod_uid);
  if (!keeper.ok()) return answer;
  const auto network = NetworkNamespace::Of(keeper->id.pid);
  if (!network.ok()) return network.status();
  const auto tables = network->FilterNames();
  if (!tables.ok()) return tables.status();
  answer.held = std::find(tables->begin(), tables->end(), kHoldName) != tables->end();
  if (answer.held || !found.ok()) return answer;
  const auto state = StateOfProcess(found->id.pid);
  if (!state.ok()) return state.status();
  answer.state = *state;
  answer.process = found->id;
  return answer;
}

std::set<std::string> ProcessPower::TouchedPods() {
  const std::lock_guard lock(mutex_);
  return touched_pods_;
}

Result<int> ProcessPower::Undo(const std::optional<std::string>& pod_uid) {
  std::map<std::string, std::shared_ptr<Ending>> forgotten;
  std::map<std::string, Starved> fed;
  {
    const std::lock_guard lock(mutex_);
    if (!pod_uid) {
      forgotten.swap(endings_);
      fed.swap(starved_);
    } else {
      if (auto node = endings_.extract(*pod_uid)) forgotten.insert(std::move(node));
      if (auto node = starved_.extract(*pod_uid)) fed.insert(std::move(node));
    }
  }
  forgotten.clear();
  fed.clear();
  int continued = 0;
  for (const StopNote& note : notes_.All()) {
    if (pod_uid && note.pod_uid != *pod_uid) continue;
    const auto done = ContinueNoted(note);
    if (!done.ok()) return done.status();
    continued += *done ? 1 : 0;
  }
  return continued;
}

}  // namespace slotquake
