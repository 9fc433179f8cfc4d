#ifndef SLOTQUAKE_HARNESS_RUNNER_STATUS_TICKER_H_
#define SLOTQUAKE_HARNESS_RUNNER_STATUS_TICKER_H_

#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "harness/runner/live_metrics.h"
#include "harness/runner/progress.h"
#include "harness/worker/worker_client.h"

namespace slotquake {

// While it lives, asks the worker a few times a second how far the loads have
// come, and shows it on the terminal and in the live metrics.
class StatusTicker {
 public:
  // `names` are the loads' names by the worker's number for them.
  StatusTicker(const WorkerClient& worker, std::map<int, std::string> names,
               Progress& progress, LiveMetrics& metrics);
  ~StatusTicker();
  StatusTicker(const StatusTicker&) = delete;
  StatusTicker& operator=(const StatusTicker&) = delete;

 private:
  void Run();

  const WorkerClient& worker_;
  const std::map<int, std::string> names_;
  Progress& progress_;
  LiveMetrics& metrics_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_STATUS_TICKER_H_
