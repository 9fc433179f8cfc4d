#ifndef SLOTQUAKE_HARNESS_PLATFORM_PLATFORM_H_
#define SLOTQUAKE_HARNESS_PLATFORM_PLATFORM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/cluster/cluster.h"
#include "harness/redis/reach.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// A worker to be. An observer runs where faults between nodes do not blind it, a
// client where clients run.
struct WorkerSpec {
  std::string name;
  bool observer = false;
};

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

  // Starts workers, and returns how to reach the HTTP API of each, in their order,
  // when all of them listen.
  virtual Result<std::vector<Reach>> StartWorkers(
      const std::vector<WorkerSpec>& workers) = 0;

  // Starts the hit counter in front of the cluster; returns where it listens.
  virtual Result<Endpoint> StartHitCounter(const std::vector<Endpoint>& seeds,
                                           int timeout_ms) = 0;

  // Removes what outlives this process: on a platform that is not of this machine, all
  // that was deployed. The error says what is left and how to remove it.
  virtual Status TearDown() { return Status::Ok(); }

  // Commands for a person to look into a cluster that was kept.
  virtual std::string HowToEnter() const = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_PLATFORM_H_
