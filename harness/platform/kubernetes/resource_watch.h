#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_RESOURCE_WATCH_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_RESOURCE_WATCH_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "harness/platform/kubernetes/kubectl.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Who is told. Both are called from the watch's own thread.
struct WatchHandler {
  // `type` is "ADDED", "MODIFIED" or "DELETED". After the watch was interrupted every
  // object that is there comes again as ADDED.
  std::function<void(const std::string& type, const nlohmann::json& object)> seen;
  // After an interruption: the uids of the objects that are still there. What else was
  // known has gone unseen.
  std::function<void(const std::set<std::string>& uids)> left = nullptr;
};

// `kubectl get RESOURCE --watch` in a thread of its own, started again whenever it
// ends, for as long as this lives. Thread-safe.
class ResourceWatch {
 public:
  // `resource`: {"pods", "--selector=..."}.
  ResourceWatch(const Kubectl& kubectl, std::vector<std::string> resource,
                WatchHandler handler);
  ~ResourceWatch();
  ResourceWatch(const ResourceWatch&) = delete;
  ResourceWatch& operator=(const ResourceWatch&) = delete;

  // How kubectl ended the last time and what it said; "" if it has not ended.
  std::string trouble() const;

 private:
  void Run();
  void RunOnce(bool again);
  void Tell(const nlohmann::json& event);
  void TellWhatIsLeft();
  bool Stops() const;

  const Kubectl kubectl_;
  const std::vector<std::string> resource_;
  const WatchHandler handler_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_RESOURCE_WATCH_H_
