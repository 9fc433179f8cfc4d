#ifndef SLOTQUAKE_HARNESS_AGENT_PROCESS_HANDLE_H_
#define SLOTQUAKE_HARNESS_AGENT_PROCESS_HANDLE_H_

#include <sys/types.h>

#include <cstdint>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// A file descriptor that is closed at the end. Movable.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept;
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();
  int get() const { return fd_; }

 private:
  int fd_;
};

// A process of this machine for all time: a number may be given again, never with the
// same start.
struct ProcessId {
  pid_t pid = -1;
  std::uint64_t start_ticks = 0;  // since the boot

  bool operator==(const ProcessId&) const = default;
};

// The start of the process that has this number now; 0 when there is none.
std::uint64_t StartTicks(pid_t pid);

// A running process of somebody else's, held by a pidfd, so that a signal never hits a
// stranger. Movable; thread-safe otherwise.
class ProcessHandle {
 public:
  // An error when it is gone.
  static Result<ProcessHandle> Open(const ProcessId& id);

  const ProcessId& id() const { return id_; }
  // An error when the process is gone.
  Status Signal(int signal) const;
  // Whether it has ended; waits for that, at most `limit` and until `stop_fd` (-1:
  // none) is readable.
  bool AwaitEnd(Nanos limit, int stop_fd = -1) const;

 private:
  ProcessHandle(const ProcessId& id, OwnedFd fd) : id_(id), fd_(std::move(fd)) {}

  ProcessId id_;
  OwnedFd fd_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_PROCESS_HANDLE_H_
