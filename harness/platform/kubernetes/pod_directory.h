#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_DIRECTORY_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_DIRECTORY_H_

#include <map>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reach.h"

namespace slotquake {

// Where a pod is, as far as the watch has told.
struct PodPlace {
  std::string name;
  std::string uid;
  std::string container_id;  // of the server, without "containerd://"; "": none runs
  std::string machine;       // the Kubernetes node
  std::string address;       // "" while it has none
};

// Who is where. Nodes ("redis-0" is the pod that the platform maps it to), workers and
// agents are found by their names here. Thread-safe.
class PodDirectory {
 public:
  virtual ~PodDirectory() = default;

  // Of a node or a worker ("client-0"). An error when there is no such pod now.
  virtual Result<PodPlace> Find(const std::string& name) const = 0;
  // Where the server of a node is reached from other pods. An error when its pod has no
  // address now.
  Result<Endpoint> ServerOf(const std::string& node) const;
  // The names of the nodes.
  virtual const std::vector<std::string>& nodes() const = 0;
  // Addresses of all nodes and workers that have one, by name.
  virtual std::map<std::string, std::string> Addresses() const = 0;
  // How to reach the agent of a machine. An error when none runs there.
  virtual Result<Reach> AgentOn(const std::string& machine) const = 0;
  // The port of the servers' clients; the bus is 10000 above.
  virtual int client_port() const = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_DIRECTORY_H_
