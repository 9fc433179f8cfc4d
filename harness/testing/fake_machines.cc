#include "harness/testing/fake_machines.h"

namespace slotquake {

FakeMachines::FakeMachines(FakeCluster& cluster, FakePods& pods)
    : cluster_(cluster), pods_(pods) {
  cluster.machines = this;
}

std::vector<std::string> FakeMachines::NodesOn(const std::string& machine) const {
  const std::string number(1, machine.back());
  return {"redis-" + number, "redis-" + std::to_string(std::stoi(number) + 3)};
}

bool FakeMachines::Note(const std::string& what, const std::string& machine) {
  cluster_.diary.push_back(what + " " + machine);
  return !lies;
}

Status FakeMachines::Answer() const {
  return breaks_and_fails ? Status::Error("no answer in time") : Status::Ok();
}

Result<std::string> FakeMachines::MachineOf(const std::string& node) {
  return "worker-" + std::to_string((node.back() - '0') % 3);
}

std::string FakeMachines::WhyProtected(const std::string& machine) {
  return protected_set.contains(machine) ? machine + " carries the observer" : "";
}

Status FakeMachines::CheckPower() {
  return powerless ? Status::Error("no containers of kind") : Status::Ok();
}

Status FakeMachines::CheckCut() { return CheckPower(); }

Status FakeMachines::Stop(const std::string& machine) {
  if (Note("stop", machine)) {
    states_[machine] = MachineState::kStopped;
    for (const std::string& node : NodesOn(machine)) cluster_.unreachable.insert(node);
  }
  return Answer();
}

Status FakeMachines::Start(const std::string& machine) {
  Note("start", machine);
  states_.erase(machine);
  for (const std::string& node : NodesOn(machine)) cluster_.unreachable.erase(node);
  return Status::Ok();
}

Status FakeMachines::Pause(const std::string& machine) {
  if (Note("pause", machine)) {
    states_[machine] = MachineState::kPaused;
    for (const std::string& node : NodesOn(machine)) cluster_.paused.insert(node);
  }
  return Answer();
}

Status FakeMachines::Resume(const std::string& machine) {
  Note("resume", machine);
  states_.erase(machine);
  for (const std::string& node : NodesOn(machine)) cluster_.paused.erase(node);
  return Status::Ok();
}

Result<MachineState> FakeMachines::State(const std::string& machine) {
  const auto known = states_.find(machine);
  return known == states_.end() ? MachineState::kRunning : known->second;
}

Status FakeMachines::Cut(const std::string& machine) {
  if (Note("cut", machine)) {
    cut_.insert(machine);
    for (const std::string& node : NodesOn(machine)) cluster_.unreachable.insert(node);
  }
  return Answer();
}

Status FakeMachines::Heal(const std::string& machine) {
  Note("heal", machine);
  cut_.erase(machine);
  for (const std::string& node : NodesOn(machine)) cluster_.unreachable.erase(node);
  return Status::Ok();
}

Result<std::int64_t> FakeMachines::Stopped(const std::string& machine) {
  return std::int64_t{cut_.contains(machine) ? 7 : 0};
}

Status FakeMachines::Drain(const std::string& machine) {
  if (Note("drain", machine)) {
    cordoned.insert(machine);
    const Status gone = pods_.Delete(NodesOn(machine), std::nullopt);
    if (!gone.ok()) return gone;
  }
  return Answer();
}

Status FakeMachines::Uncordon(const std::string& machine) {
  Note("uncordon", machine);
  cordoned.erase(machine);
  return Status::Ok();
}

Result<bool> FakeMachines::IsCordoned(const std::string& machine) {
  return cordoned.contains(machine);
}

}  // namespace slotquake
