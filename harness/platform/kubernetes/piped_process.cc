#include "harness/platform/kubernetes/piped_process.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace slotquake {
namespace {

constexpr std::size_t kKeptErrors = 2000;

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

Result<PipedProcess> PipedProcess::Spawn(const std::vector<std::string>& command,
                                         bool shows_errors) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0) {
    return Status::Error(std::string("pipe: ") + std::strerror(errno));
  }
  if (pipe2(err, O_CLOEXEC) != 0) {
    const int error = errno;
    close(out[0]);
    close(out[1]);
    return Status::Error(std::string("pipe: ") + std::strerror(error));
  }
  auto process = Subprocess::Spawn({.command = command,
                                    .stdout_fd = out[1],
                                    .stderr_fd = shows_errors ? 2 : err[1],
                                    .ends_with_thread = true});
  close(out[1]);
  close(err[1]);
  if (!process.ok()) {
    close(out[0]);
    close(err[0]);
    return process.status();
  }
  fcntl(err[0], F_SETFL, O_NONBLOCK);
  return PipedProcess(std::move(*process), out[0], err[0]);
}

PipedProcess::PipedProcess(PipedProcess&& other) noexcept
    : process_(std::move(other.process_)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      errors_(std::move(other.errors_)) {}

PipedProcess::~PipedProcess() {
  if (out_ >= 0) close(out_);
  if (err_ >= 0) close(err_);
}

void PipedProcess::ReadErrors() {
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(err_, buffer, sizeof buffer);
    if (got <= 0) break;
    errors_.append(buffer, static_cast<std::size_t>(got));
  }
  if (errors_.size() > kKeptErrors) errors_.erase(0, errors_.size() - kKeptErrors);
}

std::optional<std::string> PipedProcess::Read(Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  bool errors_open = true;
  for (;;) {
    const Nanos left = std::max(Nanos(0), end - MonotonicNow());
    pollfd fds[2] = {{out_, POLLIN, 0}, {errors_open ? err_ : -1, POLLIN, 0}};
    const int ready = poll(fds, 2, static_cast<int>(ToMillis(left)) + 1);
    if (ready < 0 && errno != EINTR) return std::nullopt;
    if (ready > 0 && fds[1].revents != 0) {
      ReadErrors();
      errors_open = (fds[1].revents & POLLHUP) == 0;
    }
    if (ready > 0 && fds[0].revents != 0) {
      char buffer[65536];
      const ssize_t got = read(out_, buffer, sizeof buffer);
      if (got > 0) return std::string(buffer, static_cast<std::size_t>(got));
      if (got == 0 || errno != EINTR) return std::nullopt;
    }
    if (MonotonicNow() >= end) return std::string();
  }
}

std::string PipedProcess::Complaint() {
  ReadErrors();
  const auto status = process_.Wait(std::chrono::milliseconds(200));
  const std::string how = status ? DescribeWaitStatus(*status) : "it still runs";
  const std::string said = Trimmed(errors_);
  return said.empty() ? how : said + " (" + how + ")";
}

Result<std::string> RunShown(const std::vector<std::string>& command, Nanos limit,
                             const std::function<bool()>& stop) {
  auto process = PipedProcess::Spawn(command, true);
  if (!process.ok()) return process.status();
  const Nanos end = MonotonicNow() + limit;
  std::string printed;
  std::string why;
  for (bool open = true; open && why.empty();) {
    const auto piece = process->Read(std::chrono::milliseconds(100));
    open = piece.has_value();
    if (open) printed += *piece;
    if (stop()) why = "interrupted";
    if (MonotonicNow() >= end) why = "no end within the limit";
  }
  if (!why.empty() && process->Signal(SIGTERM).ok()) {
    process->Wait(std::chrono::seconds(10));
  }
  const auto status = process->Wait(std::chrono::seconds(1));
  if (why.empty() && status == 0) return printed;
  if (why.empty()) why = status ? DescribeWaitStatus(*status) : "it does not end";
  return Status::Error(command.front() + ": " + why);
}

}  // namespace slotquake
