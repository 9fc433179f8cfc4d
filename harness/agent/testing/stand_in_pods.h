#ifndef SLOTQUAKE_HARNESS_AGENT_TESTING_STAND_IN_PODS_H_
#define SLOTQUAKE_HARNESS_AGENT_TESTING_STAND_IN_PODS_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/agent/pod_processes.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/reply.h"

namespace slotquake {

// Pods of a machine, for tests inside a world: for each a network namespace that a
// process called "pause" keeps, and a real server in cluster mode on port 6379, which
// is started again, as a kubelet does it, a moment after it has ended. The world's own
// network is the machine's. Not thread-safe.
class StandInPods {
 public:
  // `server`: the server program. Returns when all answer.
  static Result<std::unique_ptr<StandInPods>> Start(
      const std::string& server, const std::vector<std::string>& names);
  ~StandInPods();

  // Who is of which pod: what an agent reads in /proc elsewhere.
  PodProcesses::CgroupReader cgroups() const;
  std::string UidOf(const std::string& pod) const;
  std::string AddressOf(const std::string& pod) const;
  pid_t ServerPid(const std::string& pod) const;
  // How often the server was started again.
  int Restarts(const std::string& pod) const;

  // One command to the pod's server: from the machine, from inside another pod, or over
  // the pod's own loopback. "error: ..." where there is no reply; connecting and
  // answering may take `limit` each.
  std::string Ask(const std::string& pod, const std::vector<std::string>& command,
                  Nanos limit = std::chrono::seconds(2)) const;
  std::string AskFrom(const std::string& from, const std::string& pod,
                      const std::vector<std::string>& command,
                      Nanos limit = std::chrono::seconds(2)) const;
  std::string AskInside(const std::string& pod,
                        const std::vector<std::string>& command) const;

 private:
  struct Pod;
  StandInPods();
  const Pod& Find(const std::string& name) const;

  std::vector<std::unique_ptr<Pod>> pods_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_TESTING_STAND_IN_PODS_H_
