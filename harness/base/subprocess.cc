#include "harness/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

extern char** environ;

namespace slotquake {
namespace {

constexpr const char* kSearchPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string Errno(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

std::string Join(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { Close(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }
  void Set(int fd) {
    Close();
    fd_ = fd;
  }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct Pipe {
  Fd read_end;
  Fd write_end;
  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read_end.Set(ends[0]);
    write_end.Set(ends[1]);
    return true;
  }
};

// What the child does between fork and exec, prepared before the fork: there,
// only async-signal-safe calls are allowed.
struct Plan {
  std::string program;
  std::vector<char*> argv;
  std::vector<std::string> environment;
  std::vector<char*> envp;
  int namespace_fd = -1;
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  const char* working_folder = nullptr;
  bool ends_with_thread = false;
  int failure_fd = -1;  // errno is written here when exec was not reached
};

[[noreturn]] void RunChild(const Plan& plan) {
  setsid();
  if (plan.ends_with_thread) prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const bool ready =
      (plan.namespace_fd < 0 || setns(plan.namespace_fd, CLONE_NEWNET) == 0) &&
      (plan.working_folder == nullptr || chdir(plan.working_folder) == 0) &&
      dup2(plan.stdin_fd, 0) == 0 && dup2(plan.stdout_fd, 1) == 1 &&
      dup2(plan.stderr_fd, 2) == 2;
  if (ready) execve(plan.program.c_str(), plan.argv.data(), plan.envp.data());
  const int error = errno;
  [[maybe_unused]] const auto written = write(plan.failure_fd, &error, sizeof error);
  _exit(127);
}

void SetEnvironment(const std::map<std::string, std::string>& added, Plan& plan) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) {
      plan.environment.push_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    plan.environment.push_back(name + "=" + value);
  }
  for (std::string& entry : plan.environment) plan.envp.push_back(entry.data());
  plan.envp.push_back(nullptr);
}

// Forks and execs; the child's pid once exec has succeeded.
Result<pid_t> Launch(Plan& plan, std::vector<std::string> command) {
  for (std::string& word : command) plan.argv.push_back(word.data());
  plan.argv.push_back(nullptr);
  Pipe failure;
  if (!failure.Open()) return Status::Error(Errno("pipe"));
  plan.failure_fd = failure.write_end.get();
  const pid_t pid = fork();
  if (pid < 0) return Status::Error(Errno("fork"));
  if (pid == 0) RunChild(plan);
  failure.write_end.Close();
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(failure.read_end.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return pid;
  waitpid(pid, nullptr, 0);
  return Status::Error("cannot start " + Join(command) + ": " + std::strerror(error));
}

Result<std::string> Locate(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  return FindProgram(name, "");
}

// Moves bytes both ways until the child closed both outputs or the limit passed.
struct Talk {
  std::string out;
  std::string err;
  bool timed_out = false;
};

void ReadInto(pollfd& source, std::string& text) {
  if (source.revents == 0) return;
  char buffer[65536];
  const ssize_t got = read(source.fd, buffer, sizeof buffer);
  if (got > 0) {
    text.append(buffer, static_cast<std::size_t>(got));
  } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
    source.fd = -1;
  }
}

Talk Converse(Pipe& in, Pipe& out, Pipe& err, const std::string& input, Nanos limit) {
  Talk talk;
  const Nanos end = MonotonicNow() + limit;
  fcntl(in.write_end.get(), F_SETFL, O_NONBLOCK);
  std::size_t sent = 0;
  if (input.empty()) in.write_end.Close();
  pollfd fds[3] = {{out.read_end.get(), POLLIN, 0},
                   {err.read_end.get(), POLLIN, 0},
                   {in.write_end.get(), POLLOUT, 0}};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    const Nanos left = end - MonotonicNow();
    if (left <= Nanos(0)) {
      talk.timed_out = true;
      break;
    }
    const int ready = poll(fds, 3, static_cast<int>(ToMillis(left)) + 1);
    if (ready < 0 && errno != EINTR) break;
    if (ready <= 0) continue;
    ReadInto(fds[0], talk.out);
    ReadInto(fds[1], talk.err);
    if (fds[2].fd >= 0 && fds[2].revents != 0) {
      const ssize_t put = write(fds[2].fd, input.data() + sent, input.size() - sent);
      if (put > 0) sent += static_cast<std::size_t>(put);
      if (sent == input.size() || (put < 0 && errno != EAGAIN && errno != EINTR)) {
        in.write_end.Close();
        fds[2].fd = -1;
      }
    }
  }
  return talk;
}

}  // namespace

Result<Subprocess> Subprocess::Spawn(const SpawnOptions& options) {
  Plan plan;
  auto program = Locate(options.command.front());
  if (!program.ok()) return program.status();
  plan.program = *program;
  SetEnvironment(options.environment, plan);

  const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  Fd output;
  if (!options.output.empty()) {
    output.Set(
        open(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (output.get() < 0) return Status::Error(Errno(options.output.string()));
  }
  Fd network;
  if (!options.network_namespace.empty()) {
    network.Set(open(options.network_namespace.c_str(), O_RDONLY | O_CLOEXEC));
    if (network.get() < 0) {
      return Status::Error(Errno(options.network_namespace.string()));
    }
  }
  plan.namespace_fd = network.get();
  plan.stdin_fd = null.get();
  const int fallback = output.get() >= 0 ? output.get() : null.get();
  plan.stdout_fd = options.stdout_fd >= 0 ? options.stdout_fd : fallback;
  plan.stderr_fd = options.stderr_fd >= 0 ? options.stderr_fd : fallback;
  plan.ends_with_thread = options.ends_with_thread;
  const std::string folder = options.working_folder.string();
  plan.working_folder = folder.empty() ? nullptr : folder.c_str();

  auto pid = Launch(plan, options.command);
  if (!pid.ok()) return pid.status();
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, *pid, 0));
  if (pidfd < 0) {
    const Status error = Status::Error(Errno("pidfd_open"));
    kill(*pid, SIGKILL);
    waitpid(*pid, nullptr, 0);
    return error;
  }
  return Subprocess(*pid, pidfd);
}

Subprocess::Subprocess(Subprocess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::exchange(other.pidfd_, -1)),
      status_(other.status_) {}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this != &other) {
    End();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::exchange(other.pidfd_, -1);
    status_ = other.status_;
  }
  return *this;
}

Subprocess::~Subprocess() { End(); }

void Subprocess::End() {
  if (pidfd_ < 0) return;
  if (!status_) {
    syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0);
    Wait(std::chrono::seconds(5));
  }
  Release();
}

void Subprocess::Release() {
  if (pidfd_ >= 0) close(pidfd_);
  pidfd_ = -1;
}

Status Subprocess::Signal(int signal) {
  if (status_ || syscall(SYS_pidfd_send_signal, pidfd_, signal, nullptr, 0) != 0) {
    return Status::Error("process " + std::to_string(pid_) + " is gone already");
  }
  return Status::Ok();
}

std::optional<int> Subprocess::Wait(Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  while (!status_) {
    const Nanos left = end - MonotonicNow();
    // A pidfd becomes readable when its process has ended.
    pollfd ended = {pidfd_, POLLIN, 0};
    const int millis = left > Nanos(0) ? static_cast<int>(ToMillis(left)) + 1 : 0;
    if (poll(&ended, 1, millis) == 1) {
      int status = 0;
      if (waitpid(pid_, &status, 0) == pid_) status_ = status;
      break;
    }
    if (left <= Nanos(0)) break;
  }
  return status_;
}

std::string DescribeWaitStatus(int status) {
  if (WIFSIGNALED(status)) {
    return "killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  }
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

Result<std::string> RunCommand(const std::vector<std::string>& command,
                               const std::string& input, Nanos limit) {
  auto program = Locate(command.front());
  if (!program.ok()) return program.status();
  Pipe in;
  Pipe out;
  Pipe err;
  if (!in.Open() || !out.Open() || !err.Open()) return Status::Error(Errno("pipe"));
  Plan plan;
  plan.program = *program;
  SetEnvironment({}, plan);
  plan.stdin_fd = in.read_end.get();
  plan.stdout_fd = out.write_end.get();
  plan.stderr_fd = err.write_end.get();
  auto pid = Launch(plan, command);
  if (!pid.ok()) return pid.status();
  in.read_end.Close();
  out.write_end.Close();
  err.write_end.Close();
  const Talk talk = Converse(in, out, err, input, limit);
  if (talk.timed_out) kill(*pid, SIGKILL);
  int status = 0;
  waitpid(*pid, &status, 0);
  if (!talk.timed_out && WIFEXITED(status) && WEXITSTATUS(status) == 0) return talk.out;
  return Status::Error(
      Join(command) + ": " +
      (talk.timed_out ? "no end within " +
                            std::to_string(limit / std::chrono::milliseconds(1)) + " ms"
                      : DescribeWaitStatus(status)) +
      (talk.err.empty() ? "" : ": " + talk.err));
}

Result<std::string> FindProgram(const std::string& name, const std::string& package) {
  const char* own = std::getenv("PATH");
  std::istringstream folders(std::string(own != nullptr ? own : "") + ":" +
                             kSearchPath);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.empty()) continue;
    const std::string path = folder + "/" + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return Status::Error("program '" + name + "' is not on this machine" +
                       (package.empty() ? ""
                                        : "; on Debian or Ubuntu: sudo apt-get "
                                          "install " +
                                              package));
}

}  // namespace slotquake
