#include "harness/platform/starver.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace slotquake {
namespace {

using std::chrono::milliseconds;

constexpr Nanos kPeriod = milliseconds(20);
// One turn that came late makes the next stop long, but never so long.
constexpr Nanos kLongestStop = milliseconds(200);

}  // namespace

Starver::Starver(pid_t pid, double share, bool held)
    : pidfd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
      share_(share),
      held_(held),
      thread_([this] { Run(); }) {}

Starver::~Starver() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (pidfd_ >= 0) close(pidfd_);
}

void Starver::Hold() {
  const std::lock_guard<std::mutex> lock(mutex_);
  held_ = true;
}

void Starver::Release() {
  const std::lock_guard<std::mutex> lock(mutex_);
  held_ = false;
}

Nanos Starver::Starved() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return starved_ + (stopped_at_ > Nanos(0) ? MonotonicNow() - stopped_at_ : Nanos(0));
}

bool Starver::Send(int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd_, signal, nullptr, 0) == 0;
}

bool Starver::Wait(std::unique_lock<std::mutex>& lock, Nanos time) {
  return !changed_.wait_for(lock, time, [this] { return ends_; });
}

void Starver::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    const Nanos begin = MonotonicNow();
    if (!Wait(lock, Nanos(static_cast<std::int64_t>(
                        share_ * static_cast<double>(kPeriod.count()))))) {
      return;
    }
    if (held_) continue;
    if (!Send(SIGSTOP)) return;
    stopped_at_ = MonotonicNow();
    // However long it ran, it gets its share.
    const auto ran = static_cast<double>((stopped_at_ - begin).count());
    const Nanos stop(static_cast<std::int64_t>(ran * (1 - share_) / share_));
    const bool goes_on = Wait(lock, std::min(stop, kLongestStop));
    starved_ += MonotonicNow() - stopped_at_;
    stopped_at_ = Nanos(0);
    if (!held_ && !Send(SIGCONT)) return;
    if (!goes_on) return;
  }
}

}  // namespace slotquake
