#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBECTL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBECTL_H_

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Which cluster kubectl speaks to, and in which namespace. Empty: its own default.
struct KubeTarget {
  std::string program = "kubectl";
  std::string kubeconfig;
  std::string context;
  std::string name_space;
};

// kubectl as a subprocess: the only way in which this program speaks to Kubernetes.
// Thread-safe; copies are equal.
class Kubectl {
 public:
  explicit Kubectl(KubeTarget target) : target_(std::move(target)) {}

  const KubeTarget& target() const { return target_; }
  // The same cluster, another namespace.
  Kubectl In(const std::string& name_space) const;

  // The whole command line, for a subprocess that lives longer (watch, port-forward).
  std::vector<std::string> CommandLine(const std::vector<std::string>& arguments) const;

  // Runs it to its end, within `limit`, and returns what it printed; `input` is its
  // standard input. An error has the command line and kubectl's own words.
  Result<std::string> Run(const std::vector<std::string>& arguments,
                          const std::string& input = "",
                          Nanos limit = std::chrono::seconds(20)) const;

  // The same for a command with "-o json": what it printed, parsed.
  Result<nlohmann::json> Json(const std::vector<std::string>& arguments,
                              Nanos limit = std::chrono::seconds(20)) const;

 private:
  KubeTarget target_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBECTL_H_
