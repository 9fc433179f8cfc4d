#ifndef SLOTQUAKE_HARNESS_LOAD_RECORDER_H_
#define SLOTQUAKE_HARNESS_LOAD_RECORDER_H_

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "harness/history/history.h"
#include "harness/load/load.h"

namespace slotquake {

// Where a load puts its operations while it runs. They are kept in blocks that
// never move: growing one vector of millions would stop every client for as
// long as the copy takes. One thread at a time, but for counters().
class Recorder {
 public:
  explicit Recorder(const LoadConfig& config);

  std::int64_t NextId() { return next_id_++; }

  // Number of the key, node ("ip:port") and error in the history.
  std::uint32_t KeyNumber(std::string_view key) { return strings_.keys().Intern(key); }
  std::int16_t NodeNumber(std::string_view address) {
    return static_cast<std::int16_t>(strings_.nodes().Intern(address));
  }
  std::uint32_t ErrorNumber(std::string_view error) {
    return strings_.errors().Intern(error);
  }

  // Keeps a finished operation and counts it.
  void Add(const Operation& operation);

  // All of it; the recorder is empty after that.
  History Take();

  const LoadCounters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kBlock = 16384;

  std::int64_t next_id_;
  History strings_;
  std::deque<std::vector<Operation>> blocks_;
  LoadCounters counters_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_RECORDER_H_
