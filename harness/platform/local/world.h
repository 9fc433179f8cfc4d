#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_WORLD_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_WORLD_H_

#include <functional>

#include "harness/base/status.h"

namespace slotquake {

// Handed to the code that runs inside a world.
class World {
 public:
  virtual ~World() = default;

  // Whether the person (Ctrl-C), or whoever started the harness, wants it to
  // end; with StopSignals::kTell only. Async: set by a signal handler. Thread-safe.
  virtual bool Interrupted() const = 0;

  // Lets EnterWorld() return `exit_code` now, while this world lives on without
  // its parent (for --keep) and without its output.
  virtual void Detach(int exit_code) = 0;

  // This process as the outside knows it, for nsenter.
  virtual int OutsidePid() const = 0;

  // Whether it runs in a user namespace of its own (an ordinary user's).
  virtual bool HasUserNamespace() const = 0;
};

// What SIGINT, SIGTERM and SIGHUP do to a world. kEnd: they end it at once, with all
// that is in it. kTell: they end nothing and show as World::Interrupted(), for code
// that asks for it again and again: to others they would be nothing, so that whoever
// hangs in there is left running for ever.
enum class StopSignals { kEnd, kTell };

// Runs `inside` in a child process that is process 1 of PID, network and mount
// namespaces of its own (and of a user namespace, for an ordinary user), with a
// private tmpfs on /run, and returns what it returned. Whatever happens to
// either process, `kill -9` included, the kernel ends every process in there and
// removes every address, rule and mount: there is no clean-up code to fail.
// Where the system forbids namespaces: says on stderr which setting does, and
// returns 255. Call it from a process with one thread only.
int EnterWorld(const std::function<int(World&)>& inside,
               StopSignals stop_signals = StopSignals::kEnd);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_WORLD_H_
