#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PIPED_PROCESS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PIPED_PROCESS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/base/subprocess.h"

namespace slotquake {

// A program whose output is read while it runs. The kernel ends it when the thread
// that started it ends, so that none outlives a runner that was killed. Not
// thread-safe.
class PipedProcess {
 public:
  // `shows_errors`: what it says on stderr goes to this process' own.
  static Result<PipedProcess> Spawn(const std::vector<std::string>& command,
                                    bool shows_errors = false);

  PipedProcess(PipedProcess&& other) noexcept;
  PipedProcess& operator=(PipedProcess&& other) noexcept = delete;
  ~PipedProcess();

  // What it has printed on stdout since the last call; waits up to `limit` for some,
  // and is empty when none came. Nothing: it has closed its output, as at its end.
  std::optional<std::string> Read(Nanos limit);

  // Its wait status; nothing when the limit passed first.
  std::optional<int> Wait(Nanos limit) { return process_.Wait(limit); }

  Status Signal(int signal) { return process_.Signal(signal); }

  // The last that it said on stderr and how it ended, if it has, for a message.
  std::string Complaint();

 private:
  PipedProcess(Subprocess process, int out, int err)
      : process_(std::move(process)), out_(out), err_(err) {}
  void ReadErrors();

  Subprocess process_;
  int out_ = -1;
  int err_ = -1;
  std::string errors_;
};

// Runs a command to its end and returns what it printed on stdout; what it says on
// stderr is shown as it comes. Ended early (SIGTERM, and 10 s later SIGKILL) when
// `stop` holds or the limit has passed.
Result<std::string> RunShown(const std::vector<std::string>& command, Nanos limit,
                             const std::function<bool()>& stop);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PIPED_PROCESS_H_
