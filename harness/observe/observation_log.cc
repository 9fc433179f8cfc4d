#include "harness/observe/observation_log.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace slotquake {

void ObservationLog::Add(Observation observation) {
  const std::lock_guard lock(mutex_);
  observations_.push_back(std::move(observation));
}

std::size_t ObservationLog::size() const {
  const std::lock_guard lock(mutex_);
  return observations_.size();
}

std::vector<Observation> ObservationLog::Copy(std::size_t first,
                                              std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  if (first >= observations_.size()) return {};
  const auto begin = observations_.begin() + static_cast<std::ptrdiff_t>(first);
  const std::size_t count = std::min(limit, observations_.size() - first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

std::vector<Observation> ObservationLog::CopyAll() const {
  return Copy(0, std::numeric_limits<std::size_t>::max());
}

}  // namespace slotquake
