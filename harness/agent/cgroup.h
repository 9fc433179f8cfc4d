#ifndef SLOTQUAKE_HARNESS_AGENT_CGROUP_H_
#define SLOTQUAKE_HARNESS_AGENT_CGROUP_H_

#include <optional>
#include <string>

namespace slotquake {

// Which pod and container a process belongs to.
struct PodMember {
  std::string pod_uid;       // as the API server writes it
  std::string container_id;  // "" where the path does not go so far
};

// Reads /proc/PID/cgroup: versions 1 and 2, kubelets with the systemd and the cgroupfs
// driver, containerd, CRI-O and Docker, and as it looks from inside another cgroup
// namespace ("/../.."). Nothing for a process that is of no pod. Pure.
std::optional<PodMember> ParseCgroup(const std::string& text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_CGROUP_H_
