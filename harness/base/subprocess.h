#ifndef SLOTQUAKE_HARNESS_BASE_SUBPROCESS_H_
#define SLOTQUAKE_HARNESS_BASE_SUBPROCESS_H_

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// How to start a program.
struct SpawnOptions {
  std::vector<std::string> command;  // found on PATH unless it has a slash
  std::map<std::string, std::string> environment{};  // added to the caller's own
  std::filesystem::path network_namespace{};  // a namespace file to enter; "": stay
  std::filesystem::path working_folder{};     // "": stay
  std::filesystem::path output{};             // appended to by stdout and stderr
  int stdout_fd = -1;             // where its stdout goes instead; -1: to `output`
  int stderr_fd = -1;             // likewise
  bool ends_with_thread = false;  // the kernel kills it when the calling thread ends
};

// A child process, held by a pidfd, so that a signal never hits a stranger that
// was given the same number. Ended (SIGKILL) and reaped by the destructor. Not
// thread-safe.
class Subprocess {
 public:
  // Starts it in a session of its own: a Ctrl-C of the terminal is for the
  // harness alone.
  static Result<Subprocess> Spawn(const SpawnOptions& options);

  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&& other) noexcept;
  ~Subprocess();

  pid_t pid() const { return pid_; }

  // Sends a signal through the pidfd. An error when the process is gone.
  Status Signal(int signal);

  // Waits until it has ended. The wait status (as of waitpid), or nothing when
  // the limit passed first. May be called again.
  std::optional<int> Wait(Nanos limit);

  // Leaves the process alone from here on: it is neither ended nor reaped.
  void Release();

 private:
  Subprocess(pid_t pid, int pidfd) : pid_(pid), pidfd_(pidfd) {}
  void End();

  pid_t pid_ = -1;
  int pidfd_ = -1;
  std::optional<int> status_;
};

// "exit code 1", "killed by signal 9 (Killed)".
std::string DescribeWaitStatus(int status);

// Runs a command to its end and returns what it printed on stdout. An error
// carries the command line, how it ended and what it said on stderr.
Result<std::string> RunCommand(const std::vector<std::string>& command,
                               const std::string& input = "",
                               Nanos limit = std::chrono::seconds(20));

// The program's place on PATH, sbin folders included, or an error that names the
// Debian package that has it.
Result<std::string> FindProgram(const std::string& name, const std::string& package);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_SUBPROCESS_H_
