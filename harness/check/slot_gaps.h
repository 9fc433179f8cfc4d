#ifndef SLOTQUAKE_HARNESS_CHECK_SLOT_GAPS_H_
#define SLOTQUAKE_HARNESS_CHECK_SLOT_GAPS_H_

#include <bitset>
#include <vector>

#include "harness/check/fault_axis.h"
#include "harness/history/record.h"

namespace slotquake {

// A stretch of time in which a slot was tried and never served.
struct SlotGap {
  int slot = 0;
  Nanos from{0};        // the last acked write before; the first attempt where none was
  Nanos to{0};          // the first acked write after; the load's end where none was
  bool open = false;    // nothing was acked after it
  bool silent = false;  // before the first refusal, something got no answer
  bool refused = false;
  Nanos refused_from{0};  // the first refusal; valid where refused
  double lost_ms = 0;     // to - from, less the slot's usual spacing
};

// Section 6 of docs/checking.md, per slot.
struct SlotGaps {
  std::vector<SlotGap> gaps;       // by slot, then time
  SlotSet tested;                  // slots that anything touched
  std::vector<double> spacing_ms;  // per slot: usual time between acked writes
  double resolution_ms = 0;        // the median of these over the tested slots
  Nanos load_end{0};
};

// A redirection (MOVED, ASK) that a child followed is no refusal. The usual spacing
// is the median before the first fault, or of the whole run without one. Time grows
// with the operations, n log n within a slot.
SlotGaps FindSlotGaps(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_SLOT_GAPS_H_
