#ifndef SLOTQUAKE_HARNESS_CHECK_RESTARTS_H_
#define SLOTQUAKE_HARNESS_CHECK_RESTARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

// A server that ended and came back: the old process answered until down_lo at
// least, the new one from up_hi at the latest.
struct Restart {
  std::string node;
  Nanos down_lo{0};
  Nanos up_hi{0};
  // DBSIZE at the last poll before, and at the first after the new process had read
  // its data; -1: not known.
  std::int64_t keys_before = -1;
  std::int64_t keys_after = -1;
};

// Every restart of every node, in order of time. From the source that saw most of a
// node's starts: its log, the process observations, or changes of its run id.
std::vector<Restart> FindRestarts(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_RESTARTS_H_
