#ifndef SLOTQUAKE_HARNESS_CHECK_SLOT_SERVICE_H_
#define SLOTQUAKE_HARNESS_CHECK_SLOT_SERVICE_H_

#include <string>
#include <vector>

#include "harness/check/evidence.h"
#include "harness/check/fault_axis.h"
#include "harness/check/reigns.h"
#include "harness/history/record.h"

namespace slotquake {

// A node acknowledged writes on slots of a shard from here to there, with no longer
// pause than the load explains.
struct Served {
  int group = 0;     // index into Reigns::groups()
  std::string node;  // or "stranger at redis-0"
  Nanos from{0};
  Nanos to{0};
};

// By shard, then by node, then by time.
std::vector<Served> FindServed(const RunRecord& record, const Reigns& reigns);

// Two nodes that both called themselves master of these slots in [from, to], by
// their own views.
struct DoubleClaim {
  std::vector<SlotRange> slots;
  std::string nodes[2];
  std::int64_t epochs[2] = {0, 0};
  Nanos from{0};
  Nanos to{0};
  bool both_acked = false;  // a split brain; else the older refused or was not asked
};

std::vector<DoubleClaim> FindDoubleClaims(const RunRecord& record,
                                          const std::vector<TimedView>& views);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_SLOT_SERVICE_H_
