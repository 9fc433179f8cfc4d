#include "harness/load/poller.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace slotquake {
namespace {

constexpr std::uint64_t kWakeToken = ~std::uint64_t{0};

}  // namespace

Poller::Poller()
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      ready_(kMaxEvents) {
  if (epoll_fd_ < 0 || wake_fd_ < 0) std::abort();  // out of descriptors at start
  Add(wake_fd_, kWakeToken);
}

Poller::~Poller() {
  close(wake_fd_);
  close(epoll_fd_);
}

void Poller::Add(int fd, std::uint64_t token) {
  epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {}};
  event.data.u64 = token;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) std::abort();
}

std::span<const Poller::Event> Poller::Wait(Nanos until) {
  constexpr Nanos kMillisecond = std::chrono::milliseconds(1);
  const Nanos left = std::max(until - MonotonicNow(), Nanos(0));
  int timeout_ms =
      static_cast<int>(std::min<std::int64_t>(left / kMillisecond, 60'000));
  if (left > Nanos(0) && left < 10 * kMillisecond) {
    // epoll_pwait2 would do this in one call, on kernels from 5.11 on.
    pollfd fd = {.fd = epoll_fd_, .events = POLLIN, .revents = 0};
    const timespec wait = {.tv_sec = 0, .tv_nsec = left.count()};
    ppoll(&fd, 1, &wait, nullptr);
    timeout_ms = 0;
  }
  const int count =
      epoll_wait(epoll_fd_, ready_.data(), static_cast<int>(ready_.size()), timeout_ms);
  events_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready_[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWakeToken) {
      std::uint64_t value = 0;
      [[maybe_unused]] const ssize_t got = read(wake_fd_, &value, sizeof value);
    } else {
      events_.push_back(
          {event.data.u64, (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0});
    }
  }
  return events_;
}

void Poller::Wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t sent = write(wake_fd_, &one, sizeof one);
}

}  // namespace slotquake
