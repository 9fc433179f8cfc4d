#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_LOG_KEEPER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_LOG_KEEPER_H_

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/pod_watch.h"

namespace slotquake {

// Follows the servers' logs with `kubectl logs --follow`, one process for each node, so
// that what a pod has said is not gone with the pod. Thread-safe.
class LogKeeper {
 public:
  // `servers` is in the namespace of the servers; `container` is the server's, "" where
  // a pod has only one.
  LogKeeper(const Kubectl& servers, std::string container,
            std::shared_ptr<const PodWatch> watch);
  ~LogKeeper();
  LogKeeper(const LogKeeper&) = delete;
  LogKeeper& operator=(const LogKeeper&) = delete;

  // What containers of this node said before the present one, whose log is `now`, in
  // their order; of each as much as had come when it ended.
  std::string Before(const std::string& node, const std::string& now) const;

 private:
  using Texts = std::vector<std::pair<std::string, std::string>>;  // by container id

  void Follow(const std::string& node);
  void FollowContainer(const std::string& node, const std::string& pod,
                       const std::string& id);
  void Keep(const std::string& node, const std::string& id, const std::string& text);

  const Kubectl servers_;
  const std::string container_;
  const std::shared_ptr<const PodWatch> watch_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, Texts> texts_;  // by node
  std::vector<std::thread> threads_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_LOG_KEEPER_H_
