#ifndef SLOTQUAKE_HARNESS_OBSERVE_STALL_WATCH_H_
#define SLOTQUAKE_HARNESS_OBSERVE_STALL_WATCH_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "harness/base/clock.h"
#include "harness/observe/observation_log.h"

namespace slotquake {

// A thread that asks to be woken every 5 ms and notes a stall when it was woken
// over 20 ms late: whatever this process timed meanwhile may be as late. Stops
// when destroyed.
class StallWatch {
 public:
  // `worker` is named in the observations. `log` must outlive this.
  StallWatch(std::string worker, ObservationLog* log);
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

 private:
  void Run();

  const std::string worker_;
  ObservationLog* const log_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  Nanos last_awake_;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_OBSERVE_STALL_WATCH_H_
