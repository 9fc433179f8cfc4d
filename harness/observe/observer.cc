#include "harness/observe/observer.h"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>

namespace slotquake {
namespace {

// How soon Stop() is noticed.
constexpr Nanos kLongestWait = std::chrono::milliseconds(10);

constexpr int kNice = -10;  // of this thread alone, on Linux

timespec ToTimespec(Nanos time) {
  timespec spec{};
  spec.tv_sec = time.count() / 1'000'000'000;
  spec.tv_nsec = time.count() % 1'000'000'000;
  return spec;
}

}  // namespace

Observer::Observer(const ObserverOptions& options, ObservationLog* log) {
  for (const ObservedNode& node : options.nodes) {
    pollers_.push_back(
        std::make_unique<NodePoller>(node, options.password, options.interval, log));
  }
  thread_ = std::thread([this] { Run(); });
}

Observer::~Observer() { Stop(); }

Status Observer::Move(const ObservedNode& node) {
  const auto is_it = [&](const auto& poller) { return poller->name() == node.name; };
  if (std::none_of(pollers_.begin(), pollers_.end(), is_it)) {
    return Status::Error("no node " + node.name + " is observed");
  }
  const std::lock_guard lock(moves_mutex_);
  moves_.push_back(node);
  return Status::Ok();
}

void Observer::TakeMoves() {
  std::vector<ObservedNode> moves;
  {
    const std::lock_guard lock(moves_mutex_);
    moves.swap(moves_);
  }
  for (const ObservedNode& node : moves) {
    for (const auto& poller : pollers_) {
      if (poller->name() == node.name) poller->MoveTo(node.endpoint);
    }
  }
}

void Observer::Stop() {
  const std::lock_guard lock(joining_);
  stop_ = true;
  if (!thread_.joinable()) return;
  thread_.join();
  for (const auto& poller : pollers_) poller->Finish();
}

std::vector<NodeCounters> Observer::Counters() const {
  std::vector<NodeCounters> counters;
  for (const auto& poller : pollers_) {
    counters.push_back({poller->name(), poller->polls(), poller->reachable()});
  }
  return counters;
}

void Observer::Run() {
  // Where the system lets us, be served before a load that takes all processors: this
  // thread needs little, and what it sees late it knows late.
  setpriority(PRIO_PROCESS, 0, kNice);
  std::vector<pollfd> sockets(pollers_.size());
  while (!stop_) {
    TakeMoves();
    const Nanos now = MonotonicNow();
    Nanos wait = kLongestWait;
    for (std::size_t i = 0; i < pollers_.size(); ++i) {
      sockets[i] = {pollers_[i]->fd(), pollers_[i]->wanted_events(), 0};
      wait = std::clamp(pollers_[i]->deadline() - now, Nanos(0), wait);
    }
    const timespec timeout = ToTimespec(wait);
    if (ppoll(sockets.data(), sockets.size(), &timeout, nullptr) < 0) continue;
    for (std::size_t i = 0; i < pollers_.size(); ++i) {
      if (sockets[i].revents != 0) pollers_[i]->OnReady();
    }
    // The time from before the sockets were looked at, see NodePoller::OnTime.
    for (const auto& poller : pollers_) poller->OnTime(now);
  }
}

}  // namespace slotquake
