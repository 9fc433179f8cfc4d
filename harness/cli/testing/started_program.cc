#include "harness/cli/testing/started_program.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kOrdinary = 65534;

fs::path NewFolder() {
  static int count = 0;
  const fs::path folder =
      fs::path(testing::TempDir()) / ("said-" + std::to_string(++count));
  fs::create_directories(folder);
  return folder;
}

void SendTo(int fd, const fs::path& file) {
  dup2(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), fd);
}

void WriteOrDie(const char* file, const std::string& text) {
  const int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0 ||
      write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    std::perror(file);
    _exit(126);
  }
  close(fd);
}

// A namespace in which this user has that number. Capabilities end with exec.
void EnterUserNamespaceAs(int number) {
  const std::string uid = std::to_string(geteuid());
  const std::string gid = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER) != 0) {
    std::perror("unshare");
    _exit(126);
  }
  WriteOrDie("/proc/self/setgroups", "deny");
  WriteOrDie("/proc/self/uid_map", std::to_string(number) + " " + uid + " 1");
  WriteOrDie("/proc/self/gid_map", std::to_string(number) + " " + gid + " 1");
}

}  // namespace

StartedProgram::StartedProgram(std::vector<std::string> command,
                               const std::function<void()>& prepare)
    : folder_(NewFolder()) {
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  setsid();
  SendTo(1, folder_ / "stdout");
  SendTo(2, folder_ / "stderr");
  if (prepare) prepare();
  execvp(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

StartedProgram::~StartedProgram() {
  if (code_ >= 0) return;
  Signal(SIGKILL);
  Wait();
}

void StartedProgram::Signal(int number) const { kill(pid_, number); }

bool StartedProgram::AwaitSaid(const std::string& text) {
  const auto said = [&] { return Err().find(text) != std::string::npos; };
  WaitUntil([&] { return said() || Wait(Nanos(0)) >= 0; }, seconds(60));
  return said();
}

int StartedProgram::Wait(Nanos limit) {
  WaitUntil(
      [this] {
        int status = 0;
        if (code_ < 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
          code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
        }
        return code_ >= 0;
      },
      limit);
  return code_;
}

std::string StartedProgram::Out() const { return ReadWhole(folder_ / "stdout"); }
std::string StartedProgram::Err() const { return ReadWhole(folder_ / "stderr"); }

std::string ReadWhole(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

bool WaitUntil(const std::function<bool()>& holds, Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  while (!holds()) {
    if (MonotonicNow() >= end) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

void BecomeOrdinaryUser() { EnterUserNamespaceAs(kOrdinary); }

bool UserNamespacesAllowed() {
  const pid_t child = fork();
  if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

void BecomeUserWithoutNamespaces() {
  EnterUserNamespaceAs(kOrdinary);
  WriteOrDie("/proc/sys/user/max_user_namespaces", "0");
}

bool AllDescendantsEnd() {
  return WaitUntil(
      [] {
        while (waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
      },
      seconds(20));
}

void BeSubreaper() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) std::abort();
}

}  // namespace slotquake
