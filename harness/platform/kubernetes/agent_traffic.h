#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_TRAFFIC_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_TRAFFIC_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/cluster/traffic_control.h"
#include "harness/platform/kubernetes/agent_control.h"
#include "harness/platform/kubernetes/pod_directory.h"

namespace slotquake {

// Delays between pods, through the agents of their machines: each packet waits in the
// network of the pod that sends it. A pod that is made again has a new network, in
// which nothing waits. Not thread-safe.
class AgentTraffic : public TrafficControl {
 public:
  // Both must outlive this.
  AgentTraffic(const PodDirectory* directory, const AgentControl* agents)
      : directory_(directory), agents_(agents) {}

  // Of the machines of all nodes.
  Status CanDelay() override;
  Status CanLimit() override;
  Status SetShapes(const std::string& name, const std::vector<Shape>& shapes) override;
  Status ClearShapes(const std::string& name) override;
  Result<std::int64_t> Shaped(const std::string& name) override;
  Result<Nanos> RoundTrip(const std::string& from, const std::string& to, int times,
                          Nanos limit) override;
  Result<double> EchoSpeed(const std::string& from, const std::string& to,
                           std::size_t bytes, Nanos limit) override;

 private:
  // One shape in force.
  struct Part {
    std::string name;  // the agents' name of it
    AgentControl::PodsByMachine pods;
  };

  Result<Part> Prepare(const std::string& name, const Shape& shape,
                       std::vector<std::string>* to) const;

  const PodDirectory* directory_;
  const AgentControl* agents_;
  std::map<std::string, std::vector<Part>> sets_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_TRAFFIC_H_
