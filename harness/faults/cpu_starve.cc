#include "harness/faults/cpu_starve.h"

#include <cstdio>
#include <thread>

#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

// Long enough for a few tens of stops.
constexpr Nanos kWatch = milliseconds(600);

std::string Millis(Nanos time) {
  return std::to_string(time / milliseconds(1)) + " ms";
}

}  // namespace

FaultType CpuStarve::Type() {
  return {
      .name = "cpu_starve",
      .help = "the victims' servers run for a small share of the time only",
      .how =
          "Every 20 ms or so each server is stopped for the rest of the time (SIGSTOP "
          "and SIGCONT), as a quota does to a process that uses it up. A new process "
          "is not starved. Undone by SIGCONT, unless something else has paused it.",
      .interval = "from before the first server is starved until the last one is",
      .proof =
          "Watched for 0.6 s, the server was stopped for at least 0.8 times the rest "
          "of "
          "the time, and used not more processor time than it was left. Undone: it is "
          "not stopped any more, and answers PING.",
      .teaches =
          "A starved master answers late, not never: as long as it gets a turn within "
          "the node timeout nobody replaces it, however badly it serves.",
      .platforms = "local and Kubernetes.",
      .options = {OptionSpec::Int("share_percent", 5, 1, 90,
                                  "The share of the time in which it runs.")},
      .make = MakeFault<CpuStarve>,
  };
}

CpuStarve::CpuStarve(const OptionValues& options)
    : percent_(options.Int("share_percent")) {}

Status CpuStarve::CheckSupported(Cluster& cluster) const {
  if (cluster.limit_control() == nullptr || cluster.process_control() == nullptr) {
    return Status::Error("cpu_starve: this platform can not limit processor time");
  }
  return cluster.limit_control()->CanLimitCpu().Annotate("cpu_starve");
}

std::string CpuStarve::Describe(const FaultContext& context) const {
  return JoinNames(context.nodes()) + " at " + std::to_string(percent_) +
         " % of the time";
}

Status CpuStarve::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const Status limited = context.cluster.limit_control()->LimitCpu(
        node, static_cast<double>(percent_) / 100);
    if (!limited.ok()) return limited;
  }
  return Status::Ok();
}

Proof CpuStarve::ProveStarved(FaultContext& context, const std::string& node) const {
  LimitControl* limits = context.cluster.limit_control();
  const Nanos begin = MonotonicNow();
  const auto starved_before = limits->Starved(node);
  const auto used_before = limits->CpuTime(node);
  std::this_thread::sleep_for(kWatch);
  const auto starved_after = limits->Starved(node);
  const auto used_after = limits->CpuTime(node);
  const Nanos watched = MonotonicNow() - begin;
  for (const auto* asked :
       {&starved_before, &used_before, &starved_after, &used_after}) {
    if (!asked->ok()) {
      return {.what = asked->message(), .holds = false, .at = context.now()};
    }
  }
  const Nanos starved = *starved_after - *starved_before;
  const Nanos used = *used_after - *used_before;
  // Of the signals, each takes a moment; and several threads may run side by side.
  constexpr double kLeast = 0.8;
  const double rest = 1 - static_cast<double>(percent_) / 100;
  const bool holds = ToSeconds(starved) >= kLeast * rest * ToSeconds(watched) &&
                     ToSeconds(used) <= (1 - kLeast * rest) * ToSeconds(watched);
  return {.what = node + ", watched for " + Millis(watched) + ", was stopped for " +
                  Millis(starved) + " and used " + Millis(used) + " of processor time",
          .holds = holds,
          .at = context.now()};
}

std::vector<Proof> CpuStarve::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveStarved(context, node));
  }
  return proofs;
}

Status CpuStarve::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const Status lifted = context.cluster.limit_control()->LiftCpu(node);
    if (first.ok()) first = lifted;
  }
  return first;
}

std::vector<Proof> CpuStarve::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  for (const std::string& node : context.nodes()) {
    const auto state = context.cluster.process_control()->State(node);
    const bool runs = state.ok() && *state == ProcessState::kRunning;
    proofs.push_back({.what = node + (runs ? " is not stopped" : " does not run"),
                      .holds = runs,
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
