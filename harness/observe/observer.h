#ifndef SLOTQUAKE_HARNESS_OBSERVE_OBSERVER_H_
#define SLOTQUAKE_HARNESS_OBSERVE_OBSERVER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/observe/node_poller.h"
#include "harness/observe/observation_log.h"

namespace slotquake {

struct ObserverOptions {
  std::vector<ObservedNode> nodes;
  // Of the fastest poll. Ten milliseconds cost a server half a percent of a core.
  Nanos interval = std::chrono::milliseconds(10);
  std::string password{};  // of the servers; "": none
  bool operator==(const ObserverOptions&) const = default;
};

// What is known of one node this moment, for metrics.
struct NodeCounters {
  std::string name;
  std::int64_t polls = 0;
  bool reachable = false;
};

// One thread that polls all nodes at once: a node that is stopped, or whose packets
// go nowhere, does not delay the others. It polls from construction to Stop().
// Public calls are thread-safe.
class Observer {
 public:
  // Observations go to `log`, which must outlive this.
  Observer(const ObserverOptions& options, ObservationLog* log);
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // The node of that name is there from now on: it is looked for at once, and the log
  // says so (kind "address"). Nothing new changes nothing. An error: no such node.
  Status Move(const ObservedNode& node);

  // Ends the polling, and writes down of every node up to when it was watched.
  // Further calls do nothing.
  void Stop();

  std::vector<NodeCounters> Counters() const;

 private:
  void Run();
  void TakeMoves();

  std::vector<std::unique_ptr<NodePoller>> pollers_;
  std::mutex moves_mutex_;
  std::vector<ObservedNode> moves_;  // that Run() is to see; guarded by moves_mutex_
  std::atomic<bool> stop_ = false;
  std::mutex joining_;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_OBSERVE_OBSERVER_H_
