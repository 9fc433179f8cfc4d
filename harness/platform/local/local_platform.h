#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOCAL_PLATFORM_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOCAL_PLATFORM_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/subprocess.h"
#include "harness/platform/local/network.h"
#include "harness/platform/local/server.h"
#include "harness/platform/local/world.h"
#include "harness/platform/platform.h"

namespace slotquake {

// One cluster in the kernel namespaces of a World: the world's own network
// namespace is the switch, where the runner and the observer are; every server,
// every client and the hit counter has a namespace of its own. Not thread-safe.
class LocalPlatform : public Platform {
 public:
  // `program` is this program's file, which workers and the hit counter run too;
  // what they print goes to `log_folder`.
  LocalPlatform(const World& world, std::string program,
                std::filesystem::path log_folder);

  std::string name() const override { return "local"; }
  std::map<std::string, std::string> Environment() const override;
  Result<std::unique_ptr<Cluster>> Deploy(const ClusterSpec& spec,
                                          std::uint64_t seed) override;
  Result<std::vector<Reach>> StartWorkers(
      const std::vector<WorkerSpec>& workers) override;
  Result<Endpoint> StartHitCounter(const std::vector<Endpoint>& seeds,
                                   int timeout_ms) override;
  std::string HowToEnter() const override;

 private:
  Result<Endpoint> StartOwnProgram(const std::string& name, const std::string& host,
                                   std::vector<std::string> arguments,
                                   const Endpoint& listen);

  const World& world_;
  std::string program_;
  std::filesystem::path log_folder_;
  std::optional<Network> network_;
  std::optional<ServerProgram> server_;
  std::vector<Host> hosts_;
  std::vector<Subprocess> helpers_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOCAL_PLATFORM_H_
