#ifndef SLOTQUAKE_HARNESS_AGENT_NETWORK_POWER_H_
#define SLOTQUAKE_HARNESS_AGENT_NETWORK_POWER_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/agent/pod_networks.h"
#include "harness/agent/pod_processes.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// How a machine is cut.
struct MachineCut {
  std::string name;
  Nanos limit{0};                       // when it ends by itself
  std::vector<std::string> allow;       // addresses that are not cut
  std::vector<std::string> interfaces;  // those that lead to others; none: find them
};

// A cut that nft has found right.
struct PreparedCut {
  std::string name;
  std::string rules;
  std::vector<std::string> interfaces;
};

// Power over the networks of this machine's pods and of the machine. Thread-safe.
class NetworkPower {
 public:
  // `processes` must outlive this.
  explicit NetworkPower(const PodProcesses* processes) : processes_(processes) {}

  // Puts a table in force in the pods, all at once; `rules` is packet_filter.h's, of
  // that name. Where one of them fails, none has it when this returns, and the
  // problem is the error.
  Result<std::vector<PodResult>> Apply(const std::string& name,
                                       const std::string& rules,
                                       const std::vector<std::string>& pod_uids);
  // Takes it away. A pod that is not here (any more) has none.
  Result<std::vector<PodResult>> Lift(const std::string& name,
                                      const std::vector<std::string>& pod_uids);
  Result<std::vector<PodResult>> Stopped(const std::string& name,
                                         const std::vector<std::string>& pod_uids);

  // Opens a TCP connection from within the pod's network: "" when it was accepted,
  // else why not.
  Result<std::string> Connect(const std::string& pod_uid, const Endpoint& to,
                              Nanos limit) const;

  // In two steps, because whoever asks may have to be answered before.
  Result<PreparedCut> PrepareCut(const MachineCut& cut) const;
  Status CutMachine(const PreparedCut& cut);
  Status HealMachine(const std::string& name);
  Result<std::int64_t> StoppedAtMachine(const std::string& name);

  // Where this object, not an agent before it, has put a table in force.
  std::set<std::string> TouchedPods() const;
  std::set<std::string> MachineCuts() const;

  // Takes every table and chain of ours away: from one pod's network or from
  // those of all pods, and from the machine's. How many there were.
  Result<int> Undo(const std::optional<std::string>& pod_uid, bool machine);

 private:
  const PodProcesses* processes_;
  mutable std::mutex mutex_;
  std::set<std::string> touched_pods_;
  std::set<std::string> machine_cuts_;
};

// The interfaces of the machine over which others are reached: those of its default
// routes, and its hardware.
std::vector<std::string> Uplinks();

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_NETWORK_POWER_H_
