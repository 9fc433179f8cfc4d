#ifndef SLOTQUAKE_HARNESS_LOAD_POLLER_H_
#define SLOTQUAKE_HARNESS_LOAD_POLLER_H_

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <vector>

#include "harness/base/clock.h"

namespace slotquake {

// epoll for sockets that one thread serves. A socket is added once, for all
// events and edge-triggered, and leaves when it is closed: no system call per
// operation. Wake() is for any thread, the rest for one.
class Poller {
 public:
  struct Event {
    std::uint64_t token;
    bool hung_up;  // the peer sends nothing more; there may be bytes to read still
  };

  // At most so many are given at once.
  static constexpr std::size_t kMaxEvents = 1024;

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Events of `fd` will carry `token`.
  void Add(int fd, std::uint64_t token);

  // Waits until `until` at the longest (to the microsecond, not epoll_wait's
  // millisecond), for an event or a Wake(). Valid until the next call.
  std::span<const Event> Wait(Nanos until);

  void Wake();

 private:
  int epoll_fd_;
  int wake_fd_;
  std::vector<epoll_event> ready_;
  std::vector<Event> events_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_POLLER_H_
