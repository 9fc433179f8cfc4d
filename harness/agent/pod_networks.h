#ifndef SLOTQUAKE_HARNESS_AGENT_POD_NETWORKS_H_
#define SLOTQUAKE_HARNESS_AGENT_POD_NETWORKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/agent/network_namespace.h"
#include "harness/agent/pod_processes.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// What was done, or seen, in one pod's network.
struct PodResult {
  std::string pod_uid;
  bool here = false;  // it has a process on this machine
  Nanos begin{0};     // raw MonotonicNow()
  Nanos end{0};
  std::optional<std::int64_t> stopped;  // packets, where there is such a table
  std::int64_t passed = 0;              // and those that it counted and let pass
  std::string problem;                  // "" when it was done
};

// Does `act` in the network of each pod that is here, at the same time: one result for
// each of `pod_uids`, in their order. Thread-safe.
std::vector<PodResult> InEach(
    const PodProcesses& processes, const std::vector<std::string>& pod_uids,
    const std::function<Status(const NetworkNamespace&, PodResult&)>& act);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_POD_NETWORKS_H_
