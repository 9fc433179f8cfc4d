#ifndef SLOTQUAKE_HARNESS_CLI_TESTING_STARTED_PROGRAM_H_
#define SLOTQUAKE_HARNESS_CLI_TESTING_STARTED_PROGRAM_H_

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/clock.h"

namespace slotquake {

// A program as a person starts it: its exit code and what it says on stdout and
// stderr. Killed by the destructor if it still runs. Not thread-safe.
class StartedProgram {
 public:
  // `prepare` runs in the child, just before the program does.
  explicit StartedProgram(std::vector<std::string> command,
                          const std::function<void()>& prepare = nullptr);
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  void Signal(int number) const;
  // Waits until stderr has this text. False: it ended without, or did not say so
  // within a limit of 60 s.
  bool AwaitSaid(const std::string& text);
  // Waits for the end. The exit code; 1000 + n for signal n; -1 when it still runs
  // after the limit.
  int Wait(Nanos limit = std::chrono::seconds(60));

  std::string Out() const;
  std::string Err() const;

 private:
  pid_t pid_ = -1;
  int code_ = -1;
  std::filesystem::path folder_;
};

// A whole file; "" if it can not be read.
std::string ReadWhole(const std::filesystem::path& file);

// Waits until `holds` is true, asking every few milliseconds.
bool WaitUntil(const std::function<bool()>& holds, Nanos limit);

// Makes the calling process, of one thread, an ordinary user (65534) without any
// capability once it has replaced itself by another program. Ends it where that
// can not be done.
void BecomeOrdinaryUser();

// Whether that can be done here; not in a chroot.
bool UserNamespacesAllowed();

// The same, of a system that forbids it to make user namespaces.
void BecomeUserWithoutNamespaces();

// Whether every process that was started here, and all that those started, are
// gone, after waiting for at most 20 s. Needs BeSubreaper().
bool AllDescendantsEnd();

// Makes orphans of any generation children of this process.
void BeSubreaper();

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_TESTING_STARTED_PROGRAM_H_
