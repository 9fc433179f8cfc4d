#ifndef SLOTQUAKE_HARNESS_RUNNER_STATUS_TICKER_H_
#define SLOTQUAKE_HARNESS_RUNNER_STATUS_TICKER_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "harness/runner/fleet.h"
#include "harness/runner/live_metrics.h"
#include "harness/runner/load_set.h"
#include "harness/runner/progress.h"

namespace slotquake {

// While it lives, asks the workers a few times a second how far the loads have
// come, and shows the sums on the terminal and in the live metrics.
class StatusTicker {
 public:
  // `fleet` must outlive it.
  StatusTicker(const Fleet& fleet, std::vector<LoadPart> parts, Progress& progress,
               LiveMetrics& metrics);
  ~StatusTicker();
  StatusTicker(const StatusTicker&) = delete;
  StatusTicker& operator=(const StatusTicker&) = delete;

 private:
  struct Count {
    std::int64_t acked = 0;
    std::int64_t rejected = 0;
    std::int64_t unknown = 0;
  };

  void Run();
  // By load; nothing, and the terminal says why, where a worker does not answer.
  std::map<std::string, Count> Sum() const;
  void Show(const std::map<std::string, Count>& counts) const;

  const Fleet& fleet_;
  const std::vector<LoadPart> parts_;
  Progress& progress_;
  LiveMetrics& metrics_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_STATUS_TICKER_H_
