#ifndef SLOTQUAKE_HARNESS_RUNNER_WATCH_THREAD_H_
#define SLOTQUAKE_HARNESS_RUNNER_WATCH_THREAD_H_

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "harness/runner/trigger_watch.h"

namespace slotquake {

// Has a watch look again and again, on a thread of its own: what is seen while the
// runner injects, proves or undoes a fault is seen in time. Used by one thread.
class WatchThread {
 public:
  // `watch` must outlive it.
  explicit WatchThread(TriggerWatch& watch) : watch_(watch) {}
  ~WatchThread();
  WatchThread(const WatchThread&) = delete;
  WatchThread& operator=(const WatchThread&) = delete;

  // Looks once, and returns when that is done: what comes from now on is news. Then
  // every TriggerWatch::kInterval. To be called once.
  void Start();
  // Nodes that later looks leave out (TriggerWatch::Look).
  void SetBroken(std::set<std::string> broken);
  // No further look is begun. Does not wait for one that is under way.
  void RequestEnd();

 private:
  void Run();

  TriggerWatch& watch_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> broken_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_WATCH_THREAD_H_
