#include "harness/runner/move_relay.h"

#include <utility>

namespace slotquake {

MoveRelay::MoveRelay(Tell tell) : tell_(std::move(tell)), thread_([this] { Run(); }) {}

MoveRelay::~MoveRelay() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void MoveRelay::Moved(const std::string& node, const Endpoint& now) {
  {
    const std::lock_guard lock(mutex_);
    moves_.push_back({node, now});
  }
  changed_.notify_all();
}

std::vector<std::string> MoveRelay::Finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return moves_.empty() && !busy_; });
  return std::exchange(errors_, {});
}

void MoveRelay::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !moves_.empty(); });
    if (stop_) return;
    const Move move = moves_.front();
    moves_.pop_front();
    busy_ = true;
    lock.unlock();
    const Status told = tell_(move.node, move.now);
    lock.lock();
    busy_ = false;
    if (!told.ok()) {
      errors_.push_back(move.node + " moved to " + ToString(move.now) + ": " +
                        told.message());
    }
    changed_.notify_all();
  }
}

}  // namespace slotquake
