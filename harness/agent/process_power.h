#ifndef SLOTQUAKE_HARNESS_AGENT_PROCESS_POWER_H_
#define SLOTQUAKE_HARNESS_AGENT_PROCESS_POWER_H_

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "harness/agent/ending.h"
#include "harness/agent/pod_processes.h"
#include "harness/agent/process_handle.h"
#include "harness/agent/stop_notes.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/process_control.h"

namespace slotquake {

// A pod's server. The container's id may be old, or "".
struct ServerName {
  std::string pod_uid;
  std::string container_id;
};

// A signal that was sent, to whom and when (raw MonotonicNow()).
struct SentSignal {
  ProcessId process;
  Nanos at{0};
};

// What is known of a pod's server.
struct ServerState {
  ProcessState state = ProcessState::kGone;
  ProcessId process;  // of the running or stopped one
  bool held = false;  // gone to the world, though its supervisor brought it back
};

// Power over the servers of this machine's pods. Thread-safe.
class ProcessPower {
 public:
  // `processes` must outlive this. `notes`: see StopNotes.
  ProcessPower(const PodProcesses* processes, std::filesystem::path notes);

  // SIGKILL or SIGTERM. With `hold_port`, the server's client port, its successor is
  // held (HoldTable) from the moment that it is gone.
  Result<SentSignal> End(const ServerName& server, int signal,
                         std::optional<int> hold_port);
  // Of the process that End() has signalled last in that pod, or of the one that runs
  // there now. EndView::gone is empty when the limit passed first.
  Result<EndView> AwaitEnd(const ServerName& server, Nanos limit);
  // Lets a successor be reached again. Harmless when nothing is held. False: the pod
  // has no process here now, so that its network could not be looked at.
  Result<bool> Release(const std::string& pod_uid);
  // The server that runs now, once it does; an error when the limit passed first.
  Result<ProcessId> AwaitStart(const ServerName& server, Nanos limit);

  // SIGSTOP. Harmless when an agent has stopped it already; an error when somebody
  // else has.
  Result<SentSignal> Stop(const ServerName& server);
  // SIGCONT. Harmless when it runs or is gone; an error when somebody else stopped it.
  Status Continue(const ServerName& server);
  Result<ServerState> State(const ServerName& server);

  // The pods in which this object, not an agent before it, has done something.
  std::set<std::string> TouchedPods();

  // Continues what agents have stopped, and forgets whom it watches: in one pod, or in
  // all. How many it has continued.
  Result<int> Undo(const std::optional<std::string>& pod_uid);

 private:
  std::shared_ptr<Ending> Find(const std::string& pod_uid);
  Result<bool> ContinueNoted(const StopNote& note);

  const PodProcesses* processes_;
  StopNotes notes_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Ending>> endings_;  // by pod
  std::set<std::string> touched_pods_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_PROCESS_POWER_H_
