#include "harness/faults/crash_loop.h"

#include <thread>

#include "harness/faults/process_proofs.h"

namespace slotquake {

FaultType CrashLoop::Type() {
  return {
      .name = "crash_loop",
      .help = "the server crashes again and again, each time after it was started",
      .how =
          "SIGKILL to each victim's server every \"every_ms\", \"times\" times in all, "
          "and the start \"away_ms\" after each but the last; each turn is in the "
          "record. Undone by starting it, and no further kill.",
      .interval = "of the first kill: from before the signal until the process is gone",
      .proof =
          "Of the first kill, as kill; an error at a later turn shows as a proof that "
          "does not hold. Undone: PING is answered, and still is 200 ms later.",
      .teaches =
          "A master that is back inside the node timeout, each time for a moment, is "
          "never replaced: its slots are down more often than not, and nobody fails "
          "over. With longer absences it is replaced once, and goes on as a replica "
          "that never gets in step.",
      .platforms = "Where the platform has power over the servers' processes.",
      .options = {OptionSpec::Int("every_ms", 1500, 100, 600'000,
                                  "From one kill to the next."),
                  OptionSpec::Int("away_ms", 500, 10, 600'000,
                                  "How long it is away each time."),
                  OptionSpec::Int("times", 5, 1, 1000, "How many kills.")},
      .make = MakeFault<CrashLoop>,
      .check = CrashLoop::Check,
  };
}

std::string CrashLoop::Check(const OptionValues& options) {
  return options.Int("away_ms") < options.Int("every_ms")
             ? ""
             : "away_ms must be less than every_ms: it is killed when it is back";
}

CrashLoop::CrashLoop(const OptionValues& options)
    : every_(options.Ms("every_ms")),
      away_(options.Ms("away_ms")),
      times_(static_cast<int>(options.Int("times"))) {}

Status CrashLoop::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr) return Status::Ok();
  return Status::Error(
      "crash_loop: this platform has no power over the servers' processes");
}

std::string CrashLoop::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes()) + ", " + std::to_string(times_) +
         " times";
}

Status CrashLoop::Inject(FaultContext& context) {
  const Status killed = KillAndAwaitEnd(context);
  if (!killed.ok()) return killed;
  down_ = true;
  if (++kills_ < times_) next_ = MonotonicNow() + away_;
  return Status::Ok();
}

std::vector<Proof> CrashLoop::Prove(FaultContext& context) {
  return ProveGoneAndRefusing(context);
}

Result<std::string> CrashLoop::Step(FaultContext& context) {
  const Nanos now = MonotonicNow();
  if (down_) {
    const Status started = StartAll(context);
    if (!started.ok()) return started;
    down_ = false;
    next_ = now + (every_ - away_);
    return std::string("started");
  }
  const Status killed = KillAndAwaitEnd(context);
  if (!killed.ok()) return killed;
  down_ = true;
  next_ = ++kills_ < times_ ? now + away_ : Nanos::max();
  return "killed for the " + std::to_string(kills_) + ". time";
}

Status CrashLoop::Recover(FaultContext& context) {
  next_ = Nanos::max();
  down_ = false;
  return StartAll(context);
}

std::vector<Proof> CrashLoop::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  for (Proof& proof : ProveAllAnswer(context)) proofs.push_back(std::move(proof));
  return proofs;
}

}  // namespace slotquake
