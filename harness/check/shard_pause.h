#ifndef SLOTQUAKE_HARNESS_CHECK_SHARD_PAUSE_H_
#define SLOTQUAKE_HARNESS_CHECK_SHARD_PAUSE_H_

#include <vector>

#include "harness/base/clock.h"
#include "harness/check/reigns.h"
#include "harness/history/record.h"

namespace slotquake {

// The longest time in which no write on any slot of a shard was acked though some
// were tried (docs/checking.md, section 6). It sees an outage that a load with few
// writes per slot would hide in the slots' own spacing.
struct ShardPause {
  Nanos from{0};       // the last acked write before; the first attempt where none was
  Nanos to{0};         // the first acked write after; the load's end where none was
  double lost_ms = 0;  // to - from, less the usual spacing; 0: there was none
  double spacing_ms = 0;  // usual time between acked writes of the shard
  int tried_slots = 0;    // slots with an attempt that failed in it
};

// One for each of Reigns::groups(), in their order.
std::vector<ShardPause> FindShardPauses(const RunRecord& record, const Reigns& reigns);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_SHARD_PAUSE_H_
