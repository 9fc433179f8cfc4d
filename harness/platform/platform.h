#ifndef SLOTQUAKE_HARNESS_PLATFORM_PLATFORM_H_
#define SLOTQUAKE_HARNESS_PLATFORM_PLATFORM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/cluster/cluster.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// Where clusters, workers and the hit counter run. Not thread-safe.
class Platform {
 public:
  virtual ~Platform() = default;

  // "local", "kubernetes".
  virtual std::string name() const = 0;

  // What this machine is, for the report: kernel, processors, programs' versions.
  virtual std::map<std::string, std::string> Environment() const = 0;

  // Starts all servers, each with its part of one agreed map, and returns when
  // they all accept connections; not yet healthy. `seed` decides node ids.
  virtual Result<std::unique_ptr<Cluster>> Deploy(const ClusterSpec& spec,
                                                  std::uint64_t seed) = 0;

  // Starts a worker and returns where its HTTP API listens. An observer runs
  // where faults between nodes do not blind it, a client where clients run.
  virtual Result<Endpoint> StartWorker(const std::string& name, bool observer) = 0;

  // Starts the hit counter in front of the cluster; returns where it listens.
  virtual Result<Endpoint> StartHitCounter(const std::vector<Endpoint>& seeds,
                                           int timeout_ms) = 0;

  // Commands for a person to look into a cluster that was kept.
  virtual std::string HowToEnter() const = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_PLATFORM_H_
