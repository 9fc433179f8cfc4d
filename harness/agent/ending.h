#ifndef SLOTQUAKE_HARNESS_AGENT_ENDING_H_
#define SLOTQUAKE_HARNESS_AGENT_ENDING_H_

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "harness/agent/network_namespace.h"
#include "harness/agent/process_handle.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// What is known of the end of a process. It is another's child: only its parent learns
// the exit code. Instants are raw MonotonicNow().
struct EndView {
  Nanos sent{0};              // when the signal was
  std::optional<Nanos> gone;  // when the end was seen, a moment after it
  std::optional<Nanos> held;  // since when nothing reaches its successor
  std::string problem;  // why it could not be held; "" when it is, or is not to be
};

// Watches a process that was sent a signal until it has ended, and then, not before
// (what is dying still talks), holds its pod's ports: see HoldTable(). Thread-safe.
class Ending {
 public:
  // `hold`: of the pod; none: nothing is to be held.
  Ending(ProcessHandle process, std::optional<NetworkNamespace> hold, int client_port,
         Nanos sent);
  // Stops watching; what is held stays so.
  ~Ending();

  const ProcessId& process() const { return process_.id(); }
  // What is known when the process has ended and is held, or `limit` has passed.
  EndView Await(Nanos limit);

 private:
  void Watch();

  const ProcessHandle process_;
  const std::optional<NetworkNamespace> hold_;
  const int client_port_;
  OwnedFd stop_;
  std::mutex mutex_;
  std::condition_variable known_;
  bool watching_ = true;
  EndView view_;
  std::thread watcher_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_ENDING_H_
