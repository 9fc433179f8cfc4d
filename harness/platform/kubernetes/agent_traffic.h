#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_TRAFFIC_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_TRAFFIC_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/cluster/traffic_control.h"
#include "harness/platform/kubernetes/agent_control.h"
#include "harness/platform/kubernetes/pod_directory.h"

namespace slotquake {

// How packets between pods travel, through the agents of their machines. Late ones wait
// in the network of the pod that they are sent to, those that share a narrow way in
// that of the one pod that is at its end. A pod that is made again has a new network,
// in which nothing waits. Not thread-safe.
class AgentTraffic : public TrafficControl {
 public:
  // Both must outlive this. `password`: the servers', of clients; "": none.
  AgentTraffic(const PodDirectory* directory, const AgentControl* agents,
               std::string password)
      : directory_(directory), agents_(agents), password_(std::move(password)) {}

  // Of the machines of all nodes.
  Status CanShape() override;
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

  // What an agent is to do, but for its pods.
  Result<PodShape> Prepare(const std::string& name, const Shape& shape) const;
  Result<AgentControl::PodsByMachine> PodsOf(
      const std::vector<std::string>& names) const;

  const PodDirectory* directory_;
  const AgentControl* agents_;
  const std::string password_;
  std::map<std::string, std::vector<Part>> sets_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_TRAFFIC_H_
