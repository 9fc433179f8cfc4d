#ifndef SLOTQUAKE_HARNESS_AGENT_POD_PROCESSES_H_
#define SLOTQUAKE_HARNESS_AGENT_POD_PROCESSES_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/agent/cgroup.h"
#include "harness/agent/process_handle.h"
#include "harness/base/status.h"

namespace slotquake {

// A process of a pod of this machine.
struct PodProcess {
  ProcessId id;
  pid_t parent = -1;
  PodMember member;
  std::string name;  // as the kernel has it: "redis-server"
};

// The processes of this machine's pods, found in /proc: this process must see the
// machine's own process numbers. Thread-safe.
class PodProcesses {
 public:
  // What /proc/PID/cgroup says; "" for a process that is gone.
  using CgroupReader = std::function<std::string(pid_t)>;

  PodProcesses();
  explicit PodProcesses(CgroupReader read_cgroup);

  std::vector<PodProcess> All() const;
  std::vector<PodProcess> Of(const std::string& pod_uid) const;

  // The Redis or Valkey server of a pod, not a child that it has forked. One of
  // `container_id` ("": not known) is preferred; where no process has a server's name,
  // it is the container's first. An error when none runs.
  Result<PodProcess> ServerOf(const std::string& pod_uid,
                              const std::string& container_id) const;
  // A process that lasts as long as the pod does, if there is one (the sandbox'), else
  // any. An error when the pod has none here.
  Result<PodProcess> KeeperOf(const std::string& pod_uid) const;

 private:
  CgroupReader read_cgroup_;
};

// As PodProcesses::KeeperOf, where all processes are known already. Pure.
Result<PodProcess> KeeperAmong(const std::vector<PodProcess>& processes,
                               const std::string& pod_uid);

// Whether a process with this kernel name, executable and first arguments is a server.
// It may be run through a loader (ld-linux). Pure.
bool LooksLikeServer(const std::string& name, const std::string& executable,
                     const std::vector<std::string>& arguments);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_POD_PROCESSES_H_
