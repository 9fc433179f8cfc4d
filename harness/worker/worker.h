#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/status.h"
#include "harness/history/history.h"
#include "harness/load/load.h"
#include "harness/observe/observation_log.h"
#include "harness/observe/observer.h"
#include "harness/observe/stall_watch.h"

namespace slotquake {

// How far one load of a worker has come.
struct LoadStatus {
  int id = 0;
  bool running = false;
  std::int64_t acked = 0;
  std::int64_t rejected = 0;
  std::int64_t unknown = 0;
  std::int64_t last_latency_ns = 0;
};

// What a worker is doing.
struct WorkerStatus {
  std::string instance;  // of the process: what it knows goes with it
  std::vector<LoadStatus> loads;
  std::vector<NodeCounters> nodes;  // of the observer; empty: none was started
  bool observing = false;
  std::size_t observations = 0;
};

// Loads and observers of one worker process; everything they wrote down is kept
// until the worker ends. Watches for stalls of its own process all the time. Times
// are raw MonotonicNow(). Thread-safe.
class Worker {
 public:
  // `name` is how the record calls it ("client-0").
  explicit Worker(const std::string& name);
  // Stops what still runs.
  ~Worker();

  // Starts a load beside those that run already, and returns its id. The very same
  // configuration once more starts nothing and returns the same id. An error where
  // worker and index are those of another load: operations would share ids.
  Result<int> StartLoad(const LoadConfig& config);
  // Returns when nothing is in flight any more. Of a stopped load: does nothing.
  Status StopLoad(int id);
  // All of them, side by side.
  void StopAllLoads();
  // To all loads; see Load.
  void AddSeeds(const std::vector<Endpoint>& seeds);
  // A stopped load's history goes to `use`; an error if it still runs.
  Status UseHistory(int id, const std::function<void(const History&)>& use);

  // An error if it observes already, with other options; the same ones change nothing.
  Status StartObserving(const ObserverOptions& options);
  // A node that is observed is somewhere else now. An error if nothing is observed, or
  // no such node.
  Status MoveObserved(const ObservedNode& node);
  // Without an observer it does nothing.
  void StopObserving();
  const ObservationLog& observations() const { return observations_; }

  WorkerStatus status() const;

 private:
  struct RunningLoad;

  Result<std::shared_ptr<RunningLoad>> FindLoad(int id) const;
  std::vector<std::shared_ptr<RunningLoad>> AllLoads() const;

  const std::string instance_;
  ObservationLog observations_;
  StallWatch stall_watch_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<RunningLoad>> loads_;  // by id; guarded by mutex_
  std::shared_ptr<Observer> observer_;               // the latest; guarded by mutex_
  ObserverOptions options_;                          // its own; guarded by mutex_
  bool observing_ = false;                           // guarded by mutex_
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_WORKER_H_
