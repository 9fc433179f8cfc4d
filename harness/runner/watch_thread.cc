#include "harness/runner/watch_thread.h"

#include <utility>

namespace slotquake {

WatchThread::~WatchThread() {
  RequestEnd();
  if (thread_.joinable()) thread_.join();
}

void WatchThread::Start() {
  watch_.Look(broken_);
  thread_ = std::thread([this] { Run(); });
}

void WatchThread::SetBroken(std::set<std::string> broken) {
  const std::lock_guard lock(mutex_);
  broken_ = std::move(broken);
}

void WatchThread::RequestEnd() {
  const std::lock_guard lock(mutex_);
  end_ = true;
  ended_.notify_all();
}

void WatchThread::Run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, TriggerWatch::kInterval, [this] { return end_; })) {
    const std::set<std::string> broken = broken_;
    lock.unlock();
    watch_.Look(broken);
    lock.lock();
  }
}

}  // namespace slotquake
