#ifndef SLOTQUAKE_HARNESS_OBSERVE_OBSERVATION_LOG_H_
#define SLOTQUAKE_HARNESS_OBSERVE_OBSERVATION_LOG_H_

#include <cstddef>
#include <mutex>
#include <vector>

#include "harness/history/observation.h"

namespace slotquake {

// Where observers write what they see, in the order in which they saw it. Grows
// until it is destroyed. Thread-safe.
class ObservationLog {
 public:
  void Add(Observation observation);
  std::size_t size() const;

  // A copy of at most `limit` observations, from number `first` on.
  std::vector<Observation> Copy(std::size_t first, std::size_t limit) const;
  std::vector<Observation> CopyAll() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Observation> observations_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_OBSERVE_OBSERVATION_LOG_H_
