#include "harness/observe/stall_watch.h"

#include <utility>

namespace slotquake {
namespace {

constexpr Nanos kSleep = std::chrono::milliseconds(5);
constexpr Nanos kTolerated = std::chrono::milliseconds(20);

}  // namespace

StallWatch::StallWatch(std::string worker, ObservationLog* log)
    : worker_(std::move(worker)),
      log_(log),
      last_awake_(MonotonicNow()),
      thread_([this] { Run(); }) {}

StallWatch::~StallWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void StallWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    stopped_.wait_for(lock, kSleep);
    const Nanos now = MonotonicNow();
    // From one waking to the next: whatever lies between them is seen.
    const Nanos before = std::exchange(last_awake_, now);
    if (now - before <= kSleep + kTolerated) continue;
    Observation stall;
    stall.at = now;
    stall.not_before = before;
    stall.source = "worker";
    stall.kind = observation_kind::kStall;
    stall.data = {{"worker", worker_}, {"late_ms", ToMillis(now - before - kSleep)}};
    log_->Add(std::move(stall));
  }
}

}  // namespace slotquake
