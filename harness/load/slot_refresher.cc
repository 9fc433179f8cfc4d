#include "harness/load/slot_refresher.h"

#include <utility>

namespace slotquake {
namespace {

constexpr Nanos kInterval = std::chrono::milliseconds(20);
constexpr Nanos kTimeout = std::chrono::milliseconds(200);
constexpr Nanos kAvoid = std::chrono::seconds(1);

}  // namespace

SlotRefresher::SlotRefresher(Poller* poller, SlotMap* map, const std::string& log_in,
                             std::uint64_t token)
    : poller_(poller),
      map_(map),
      token_(token),
      command_(log_in + FormatCommand({"CLUSTER", "SLOTS"})),
      extra_replies_(log_in.empty() ? 0 : 1) {}

Nanos SlotRefresher::next() const {
  if (socket_ != nullptr) return deadline_;
  return wanted_ ? earliest_ : Nanos::max();
}

void SlotRefresher::Tick(Nanos now) {
  if (socket_ != nullptr && now >= deadline_) Abandon(now);
  if (socket_ == nullptr && wanted_ && now >= earliest_) Begin(now);
}

// The next server in turn that is not known to fail, else the next in turn.
int SlotRefresher::Choose(Nanos now) {
  avoid_until_.resize(static_cast<std::size_t>(map_->size()), Nanos(0));
  for (int step = 1; step <= map_->size(); ++step) {
    const int number = (asked_ + step) % map_->size();
    const bool avoided = avoid_until_[static_cast<std::size_t>(number)] > now;
    if (!avoided && !map_->IsSuspect(number)) return number;
  }
  return (asked_ + 1) % map_->size();
}

void SlotRefresher::Begin(Nanos now) {
  earliest_ = now + kInterval;
  deadline_ = now + kTimeout;
  asked_ = Choose(now);
  auto opened = NonblockingConnection::Open(map_->EndpointOf(asked_));
  if (!opened.ok()) {
    Abandon(now);
    return;
  }
  socket_ = std::move(*opened);
  connected_ = false;
  skip_ = extra_replies_;
  rest_ = command_;
  ++generation_;
  poller_->Add(socket_->fd(), (token_ & ~std::uint64_t{0xffffffff}) | generation_);
}

void SlotRefresher::Abandon(Nanos now) {
  socket_.reset();
  avoid_until_[static_cast<std::size_t>(asked_)] = now + kAvoid;
}

void SlotRefresher::OnEvent(std::uint64_t token, Nanos now) {
  if (socket_ == nullptr || static_cast<std::uint32_t>(token) != generation_) return;
  if (!connected_) {
    if (!socket_->FinishConnecting().ok()) {
      Abandon(now);
      return;
    }
    connected_ = true;
  }
  Continue(now);
}

void SlotRefresher::Continue(Nanos now) {
  const IoState sent = socket_->Write(rest_);
  if (sent == IoState::kWouldBlock) return;
  IoState got = sent == IoState::kDone ? socket_->Read() : sent;
  for (; got == IoState::kDone && skip_ > 0; --skip_) got = socket_->Read();
  if (got == IoState::kWouldBlock) return;
  const Endpoint asked = map_->EndpointOf(asked_);
  const bool updated =
      got == IoState::kDone && map_->Update(socket_->reply(), asked).ok();
  if (!updated) {
    Abandon(now);
    return;
  }
  socket_.reset();
  wanted_ = false;
}

}  // namespace slotquake
