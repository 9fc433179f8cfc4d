#ifndef SLOTQUAKE_HARNESS_CHECK_LOSS_WINDOW_H_
#define SLOTQUAKE_HARNESS_CHECK_LOSS_WINDOW_H_

#include <cstdint>
#include <vector>

#include "harness/check/counter_losses.h"
#include "harness/check/loss_cause.h"
#include "harness/check/reigns.h"
#include "harness/history/record.h"

namespace slotquake {

// Section 4 of docs/checking.md: from the first lost acknowledgement of a shard to
// the last, per fault.
struct LossWindow {
  int fault = -1;  // index into record.faults; -1: no fault came before
  int group = 0;   // index into Reigns::groups()
  Nanos first{0};
  Nanos last{0};
  Nanos uncertainty{0};  // the fault's interval and the clock bound
  std::int64_t lost = 0;
  std::int64_t acks_inside = 0;  // acknowledgements of the shard in [first, last]
};

// The fault that a lost write is put down to: the last one asked for before the
// slot passed to the reign that lacks the write, of the slot's own shard if there
// is one. -1: none.
int FaultOf(const RunRecord& record, const CauseFinder& causes, const LostWrite& write);

// By fault, then by shard.
std::vector<LossWindow> FindLossWindows(const RunRecord& record, const Reigns& reigns,
                                        const CauseFinder& causes,
                                        const std::vector<LostWrite>& lost);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_LOSS_WINDOW_H_
