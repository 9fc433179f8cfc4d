#include "harness/platform/shaping/packet_shaper.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "harness/base/rng.h"
#include "harness/platform/shaping/queue_messages.h"

namespace slotquake {
namespace {

struct Parked {
  Nanos due;
  std::uint32_t number;
};

// When packets are due, one after the other.
class Schedule {
 public:
  Schedule(const Pace& pace, std::uint64_t seed) : pace_(pace), rng_(seed) {}

  // Of the next packet; nothing: it finds the queue full.
  std::optional<Nanos> NextDue(Nanos now, std::uint32_t bytes) {
    Nanos begin = now;
    if (pace_.bits_per_second > 0) {
      begin = std::max(now, free_from_);
      if (begin - now > PacketShaper::kLongestQueue) return std::nullopt;
      const double seconds = 8.0 * bytes / static_cast<double>(pace_.bits_per_second);
      free_from_ = begin + Nanos(static_cast<std::int64_t>(1e9 * seconds));
      begin = free_from_;
    }
    const auto spread = static_cast<std::uint64_t>(2 * pace_.jitter.count() + 1);
    last_ = std::max(last_, begin + pace_.delay - pace_.jitter +
                                Nanos(static_cast<std::int64_t>(rng_.Below(spread))));
    return last_;
  }

 private:
  const Pace pace_;
  Rng rng_;
  Nanos last_{0};
  Nanos free_from_{0};  // the narrow way
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

Result<std::unique_ptr<PacketShaper>> PacketShaper::Start(std::uint16_t queue,
                                                          const Pace& pace,
                                                          std::uint64_t seed) {
  const auto socket = OpenQueue(queue, kMaxParked, pace.bits_per_second > 0);
  if (!socket.ok()) return socket.status();
  const int wake = eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    close(*socket);
    return Status::Error(std::string("eventfd: ") + std::strerror(errno));
  }
  return std::unique_ptr<PacketShaper>(
      new PacketShaper(*socket, wake, queue, pace, seed));
}

PacketShaper::PacketShaper(int socket, int wake, std::uint16_t queue, const Pace& pace,
                           std::uint64_t seed)
    : socket_(socket),
      wake_(wake),
      queue_(queue),
      pace_(pace),
      seed_(seed),
      thread_([this] { Run(); }) {}

PacketShaper::~PacketShaper() {
  const std::uint64_t one = 1;
  while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  close(wake_);
  // Only now: a kernel drops what waits in a queue whose owner leaves.
  close(socket_);
}

void PacketShaper::Run() {
  // Otherwise every wake-up is up to 50 us late.
  prctl(PR_SET_TIMERSLACK, 1UL);
  Schedule schedule(pace_, seed_);
  std::deque<Parked> parked;
  std::vector<char> buffer(1 << 16);
  pollfd fds[2] = {{socket_, POLLIN, 0}, {wake_, POLLIN, 0}};
  const auto take_all = [&] {
    for (;;) {
      const ssize_t got = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got <= 0) return;
      const Nanos now = MonotonicNow();
      EachPacket(buffer.data(), static_cast<std::size_t>(got),
                 [&](const QueuedPacket& packet) {
                   const auto due = schedule.NextDue(now, packet.bytes);
                   if (due) {
                     parked.push_back({*due, packet.number});
                   } else {
                     Drop(socket_, queue_, packet.number);
                     ++dropped_;
                   }
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
    passed_ += ripe;
    if (ripe > 0) AcceptUpTo(socket_, queue_, last);
  }
  take_all();
  if (!parked.empty()) AcceptUpTo(socket_, queue_, parked.back().number);
  passed_ += static_cast<std::int64_t>(parked.size());
}

}  // namespace slotquake
