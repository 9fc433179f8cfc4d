#ifndef SLOTQUAKE_HARNESS_CLUSTER_PROCESS_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_PROCESS_CONTROL_H_

#include <optional>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/effect_time.h"

namespace slotquake {

// How a server's process is, as the kernel says it.
enum class ProcessState { kRunning, kStopped, kGone };

// Power over the servers' processes. Every call names a node of the cluster.
class ProcessControl {
 public:
  virtual ~ProcessControl() = default;

  // SIGKILL. Returns when the signal is sent, not when the process is gone. The
  // server stays away until Start(), also where a supervisor (a kubelet) would
  // bring it back at once.
  virtual Status Kill(const std::string& node) = 0;
  // SIGTERM, and likewise.
  virtual Status Terminate(const std::string& node) = 0;
  // Waits until the process has ended; says how it did. An error when the limit
  // passed first.
  virtual Result<std::string> AwaitEnd(const std::string& node, Nanos limit) = 0;
  // When the node's last Kill, Terminate or Pause took effect, measured beside the
  // process: for the end, once AwaitEnd has seen it. Nothing where the calls' own time
  // says it as well, because nothing lies between them and the process.
  virtual std::optional<EffectTime> Measured(const std::string& /*node*/) {
    return std::nullopt;
  }
  // Starts it again with the data it left. Harmless when it runs.
  virtual Status Start(const std::string& node) = 0;
  // SIGSTOP and SIGCONT. Resume is harmless when it runs, or is gone.
  virtual Status Pause(const std::string& node) = 0;
  virtual Status Resume(const std::string& node) = 0;
  virtual Result<ProcessState> State(const std::string& node) = 0;
  // "process 4711", for messages.
  virtual std::string Describe(const std::string& node) const = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_PROCESS_CONTROL_H_
