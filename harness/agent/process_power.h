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
#include "harness/platform/starver.h"

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

// What a server had of the processor.
struct CpuUse {
  Nanos starved{0};  // how long Starve() kept it waiting, as long as it is in force
  Nanos used{0};     // processor time since its process started
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

  // Lets the process that is there now run for a share of the time only, 0 < share < 1:
  // Starver's. It is noted as stopped all the while. An error when somebody else has
  // stopped it.
  Status Starve(const ServerName& server, double share);
  // Ends that. Harmless when nothing of the pod's is starved. What Stop() has stopped
  // stays so.
  Status EndStarving(const std::string& pod_uid);
  Result<CpuUse> Use(const ServerName& server);

  // The pods in which this object, not an agent before it, has done something.
  std::set<std::string> TouchedPods();

  // Continues what agents have stopped or starve, and forgets whom it watches: in one
  // pod, or in all. How many were stopped.
  Result<int> Undo(const std::optional<std::string>& pod_uid);

 private:
  // A server that runs for a share of the time only.
  struct Starved {
    ProcessId process;
    std::unique_ptr<Starver> starver;
    bool stopped;  // by Stop()
  };

  std::shared_ptr<Ending> Find(const std::string& pod_uid);
  // Notes a process as stopped. An error when it is, by somebody else.
  Status NoteStop(const ProcessId& process, const std::string& pod_uid);
  Result<bool> ContinueNoted(const StopNote& note);

  const PodProcesses* processes_;
  StopNotes notes_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Ending>> endings_;  // by pod
  std::map<std::string, Starved> starved_;                  // by pod
  std::set<std::string> touched_pods_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_PROCESS_POWER_H_
