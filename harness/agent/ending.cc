#include "harness/agent/ending.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "harness/agent/tables.h"

namespace slotquake {
namespace {

constexpr Nanos kLookAgain = std::chrono::hours(1);

}  // namespace

Ending::Ending(ProcessHandle process, std::optional<NetworkNamespace> hold,
               int client_port, Nanos sent)
    : process_(std::move(process)),
      hold_(std::move(hold)),
      client_port_(client_port),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  view_.sent = sent;
  watcher_ = std::thread([this] { Watch(); });
}

Ending::~Ending() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto told = write(stop_.get(), &one, sizeof one);
  watcher_.join();
}

void Ending::Watch() {
  const bool ended = process_.AwaitEnd(kLookAgain, stop_.get());
  const Nanos gone = MonotonicNow();
  Status held = Status::Ok();
  if (ended && hold_) held = hold_->Filter(HoldTable(client_port_));
  const std::lock_guard lock(mutex_);
  watching_ = false;
  if (ended) view_.gone = gone;
  if (ended && hold_ && held.ok()) view_.held = MonotonicNow();
  view_.problem = held.message();
  known_.notify_all();
}

EndView Ending::Await(Nanos limit) {
  std::unique_lock lock(mutex_);
  known_.wait_for(lock, limit, [this] { return !watching_; });
  return view_;
}

}  // namespace slotquake
