#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_LIMITS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_LIMITS_H_

#include <string>

#include "harness/cluster/limit_control.h"
#include "harness/platform/kubernetes/agent_control.h"
#include "harness/platform/kubernetes/pod_directory.h"

namespace slotquake {

// Processor time of the servers in pods, through the agents of their machines. A server
// that its kubelet has started anew has no limit. Thread-safe.
class AgentLimits : public LimitControl {
 public:
  // Both must outlive this.
  AgentLimits(const PodDirectory* directory, const AgentControl* agents)
      : directory_(directory), agents_(agents) {}

  // Whether the agents of all nodes answer.
  Status CanLimitCpu() override;
  Status CanLimitMemory() override;
  Status LimitCpu(const std::string& node, double share) override;
  Status LiftCpu(const std::string& node) override;
  Result<Nanos> Starved(const std::string& node) override;
  Result<Nanos> CpuTime(const std::string& node) override;
  Status LimitMemory(const std::string& node, std::int64_t headroom) override;
  Status LiftMemory(const std::string& node) override;

 private:
  Result<CpuUse> Use(const std::string& node) const;

  const PodDirectory* directory_;
  const AgentControl* agents_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_LIMITS_H_
