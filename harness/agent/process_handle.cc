#include "harness/agent/process_handle.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace slotquake {
namespace {

// Of /proc/PID/stat, counted from the state, which follows the name.
constexpr int kStartField = 20;

std::string Name(const ProcessId& id) { return "process " + std::to_string(id.pid); }

}  // namespace

OwnedFd::OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) close(fd_);
}

std::uint64_t StartTicks(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return 0;
  // "4711 (a name) S ...": the name may have anything in it.
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int i = 1; i < kStartField; ++i) fields >> skipped;
  std::uint64_t start = 0;
  fields >> start;
  return start;
}

Result<ProcessHandle> ProcessHandle::Open(const ProcessId& id) {
  OwnedFd fd(static_cast<int>(syscall(SYS_pidfd_open, id.pid, 0)));
  if (fd.get() < 0 && errno != ESRCH) {
    return Status::Error("pidfd_open: " + std::string(std::strerror(errno)));
  }
  // Looked at after the opening: from here on the number can not change hands.
  if (fd.get() < 0 || StartTicks(id.pid) != id.start_ticks) {
    return Status::Error(Name(id) + " is gone");
  }
  return ProcessHandle(id, std::move(fd));
}

Status ProcessHandle::Signal(int signal) const {
  if (syscall(SYS_pidfd_send_signal, fd_.get(), signal, nullptr, 0) == 0) {
    return Status::Ok();
  }
  return Status::Error(errno == ESRCH ? Name(id_) + " is gone"
                                      : Name(id_) + ": " + std::strerror(errno));
}

bool ProcessHandle::AwaitEnd(Nanos limit, int stop_fd) const {
  const Nanos end = MonotonicNow() + limit;
  while (true) {
    const Nanos left = end - MonotonicNow();
    // A pidfd becomes readable when its process has ended.
    pollfd fds[2] = {{fd_.get(), POLLIN, 0}, {stop_fd, POLLIN, 0}};
    const int millis = left > Nanos(0) ? static_cast<int>(ToMillis(left)) + 1 : 0;
    const int ready = poll(fds, 2, millis);
    if (fds[0].revents != 0 && ready > 0) return true;
    if (fds[1].revents != 0 && ready > 0) return false;
    if (left <= Nanos(0)) return false;
  }
}

}  // namespace slotquake
