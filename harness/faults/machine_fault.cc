#include "harness/faults/machine_fault.h"

#include <algorithm>
#include <thread>

namespace slotquake {
namespace {

using std::chrono::milliseconds;

std::string NameOf(MachineState state) {
  switch (state) {
    case MachineState::kRunning:
      return "running";
    case MachineState::kPaused:
      return "paused";
    case MachineState::kStopped:
      return "stopped";
  }
  return "";
}

std::vector<std::string> ListOf(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

Status MachineFault::CheckSupported(Cluster& cluster) const {
  if (cluster.machine_control() == nullptr) {
    return Status::Error(name_ + ": this platform has no power over its machines");
  }
  return CheckPossible(*cluster.machine_control()).Annotate(name_);
}

Result<std::vector<std::string>> MachineFault::Aim(FaultContext& context) {
  MachineControl& machines = *context.cluster.machine_control();
  for (const std::string& node : context.nodes()) {
    const auto machine = machines.MachineOf(node);
    if (!machine.ok()) return machine.status();
    targets_.insert(*machine);
  }
  for (const std::string& machine : targets_) {
    const std::string why = machines.WhyProtected(machine);
    if (!why.empty()) return Status::Error("this machine is left alone: " + why);
  }
  std::vector<std::string> hit = context.nodes();
  const std::set<std::string> chosen(hit.begin(), hit.end());
  for (const std::string& node : context.cluster.nodes()) {
    // A node that runs nowhere now can not be hit.
    const auto machine = machines.MachineOf(node);
    const bool there = machine.ok() && targets_.contains(*machine);
    if (there && !chosen.contains(node)) hit.push_back(node);
  }
  return hit;
}

std::string MachineFault::Describe(const FaultContext& context) const {
  return what_ + " of machine " + JoinNames(ListOf(targets_)) + " with " +
         JoinNames(context.nodes());
}

Status MachineFault::Inject(FaultContext& context) {
  for (const std::string& machine : targets_) {
    tried_.insert(machine);
    const Status broken = Break(*context.cluster.machine_control(), machine);
    if (!broken.ok()) return broken.Annotate(machine);
  }
  return Status::Ok();
}

Status MachineFault::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& machine : tried_) {
    const Status mended = Mend(*context.cluster.machine_control(), machine);
    if (first.ok()) first = mended.Annotate(machine);
  }
  return first;
}

std::vector<Proof> MachineFault::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveAnswersWithin(context, node, kBackLimit));
  }
  return proofs;
}

Proof MachineFault::ProveState(FaultContext& context, const std::string& machine,
                               MachineState wanted) {
  const auto state = context.cluster.machine_control()->State(machine);
  return {.what = state.ok() ? "machine " + machine + " is " + NameOf(*state)
                             : state.message(),
          .holds = state.ok() && *state == wanted,
          .at = context.now()};
}

Proof MachineFault::ProveSilent(FaultContext& context, const std::string& node) {
  const std::string seen = context.cluster.ProbeClientPort(node, milliseconds(250));
  // A neighbour that has asked for the machine's address in vain says the latter.
  const bool silent = seen.find("timed out") != std::string::npos ||
                      seen.find("No route to host") != std::string::npos ||
                      seen.find("no route to host") != std::string::npos;
  return {.what = "a connection to " + node +
                  (seen.empty() ? " was accepted" : ": " + seen),
          .holds = silent,
          .at = context.now()};
}

Proof ProveAnswersWithin(FaultContext& context, const std::string& node, Nanos limit) {
  const Nanos until = MonotonicNow() + std::min(limit, context.patience);
  while (true) {
    const auto reply = context.cluster.Command(node, {"PING"}, milliseconds(500));
    const bool answers = reply.ok() && reply->text == "PONG";
    if (answers || MonotonicNow() >= until) {
      const std::string why = reply.ok() ? reply->text : reply.message();
      return {.what = node + (answers ? " answers PING" : " does not answer: " + why),
              .holds = answers,
              .at = context.now()};
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
}

}  // namespace slotquake
