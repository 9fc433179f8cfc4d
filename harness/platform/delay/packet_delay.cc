#include "harness/platform/delay/packet_delay.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <vector>

#include "harness/base/rng.h"
#include "harness/platform/delay/queue_messages.h"

namespace slotquake {
namespace {

struct Parked {
  Nanos due;
  std::uint32_t number;
};

// Waits until there is something to read on either, or `due` (Nanos::max(): never).
void AwaitInput(pollfd (&fds)[2], Nanos due) {
  timespec wait{};
  if (due != Nanos::max()) {
    const Nanos left = std::max(Nanos(0), due - MonotonicNow());
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
    wait.tv_sec = static_cast<time_t>(whole.count());
    wait.tv_nsec = static_cast<long>((left - whole).count());
  }
  ppoll(fds, 2, due == Nanos::max() ? nullptr : &wait, nullptr);
}

}  // namespace

Result<std::unique_ptr<PacketDelay>> PacketDelay::Start(std::uint16_t queue,
                                                        Nanos delay, Nanos jitter,
                                                        std::uint64_t seed) {
  const auto socket = OpenQueue(queue, kMaxParked);
  if (!socket.ok()) return socket.status();
  const int wake = eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    close(*socket);
    return Status::Error(std::string("eventfd: ") + std::strerror(errno));
  }
  return std::unique_ptr<PacketDelay>(
      new PacketDelay(*socket, wake, queue, delay, jitter, seed));
}

PacketDelay::PacketDelay(int socket, int wake, std::uint16_t queue, Nanos delay,
                         Nanos jitter, std::uint64_t seed)
    : socket_(socket),
      wake_(wake),
      queue_(queue),
      delay_(delay),
      jitter_(jitter),
      seed_(seed),
      thread_([this] { Run(); }) {}

PacketDelay::~PacketDelay() {
  const std::uint64_t one = 1;
  while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  close(wake_);
  // Only now: a kernel drops what waits in a queue whose owner leaves.
  close(socket_);
}

void PacketDelay::Run() {
  // Otherwise every wake-up is up to 50 us late.
  prctl(PR_SET_TIMERSLACK, 1UL);
  Rng rng(seed_);
  std::deque<Parked> parked;
  std::vector<char> buffer(1 << 16);
  pollfd fds[2] = {{socket_, POLLIN, 0}, {wake_, POLLIN, 0}};
  const auto spread = static_cast<std::uint64_t>(2 * jitter_.count() + 1);
  const auto take_all = [&] {
    for (;;) {
      const ssize_t got = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got <= 0) return;
      const Nanos now = MonotonicNow();
      EachPacket(buffer.data(), static_cast<std::size_t>(got),
                 [&](std::uint32_t number) {
                   Nanos due = now + delay_ - jitter_ +
                               Nanos(static_cast<std::int64_t>(rng.Below(spread)));
                   if (!parked.empty()) due = std::max(due, parked.back().due);
                   parked.push_back({due, number});
                 });
    }
  };
  while ((fds[1].revents & POLLIN) == 0) {
    AwaitInput(fds, parked.empty() ? Nanos::max() : parked.front().due);
    take_all();
    const Nanos now = MonotonicNow();
    std::int64_t ripe = 0;
    std::uint32_t last = 0;
    for (; !parked.empty() && parked.front().due <= now; ++ripe) {
      last = parked.front().number;
      parked.pop_front();
    }
    // Counted first: whoever gets the packet may look at once.
    delayed_ += ripe;
    if (ripe > 0) AcceptUpTo(socket_, queue_, last);
  }
  take_all();
  if (!parked.empty()) AcceptUpTo(socket_, queue_, parked.back().number);
  delayed_ += static_cast<std::int64_t>(parked.size());
}

}  // namespace slotquake
