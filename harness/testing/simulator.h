#ifndef SLOTQUAKE_HARNESS_TESTING_SIMULATOR_H_
#define SLOTQUAKE_HARNESS_TESTING_SIMULATOR_H_

#include <cstdint>
#include <set>

#include "harness/history/record.h"

namespace slotquake {

// How a small replicated store is driven and broken.
struct SimulatorOptions {
  std::uint64_t seed = 1;
  int steps = 120;
  int clients = 4;
  int keys = 2;
  bool append = false;  // tokens into lists instead of counters
  // Promotions with replication lag, old masters that go on acknowledging, restarts
  // that lose the tail. Without it nothing acknowledged is ever lost.
  bool roll_back = true;
  double unknown = 0.1;  // share of attempts whose outcome stays unknown
};

// What was recorded, and what is true.
struct Simulation {
  RunRecord record;
  std::set<std::int64_t> lost;  // ids of acked operations that are gone at the end
  std::int64_t unknown = 0;
  std::int64_t acked = 0;
};

// Runs concurrent clients against five nodes with one chain of reigns. The reigns
// are known to the record only as nodes and logs would tell them: in intervals.
Simulation Simulate(const SimulatorOptions& options);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_SIMULATOR_H_
