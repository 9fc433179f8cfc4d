#include "harness/check/fault_axis.h"

#include <algorithm>

namespace slotquake {

SlotSet ToSet(const std::vector<SlotRange>& ranges) {
  SlotSet set;
  for (const SlotRange& range : ranges) {
    for (int slot = range.first; slot <= range.last; ++slot) {
      set.set(static_cast<std::size_t>(slot));
    }
  }
  return set;
}

SlotSet SlotsOf(const FaultRecord& fault) {
  SlotSet set;
  for (const Victim& victim : fault.victims) set |= ToSet(victim.slots);
  return set;
}

const FaultRecord* FirstFault(const RunRecord& record) {
  const FaultRecord* first = nullptr;
  for (const FaultRecord& fault : record.faults) {
    if (fault.injected && (first == nullptr || fault.asked < first->asked)) {
      first = &fault;
    }
  }
  return first;
}

Nanos EndOf(const RunRecord& record) {
  Nanos end = record.duration;
  for (const Operation& op : record.history.operations()) {
    end = std::max(end, op.completed);
  }
  if (!record.observations.empty()) {
    end = std::max(end, record.observations.back().at);
  }
  return end;
}

}  // namespace slotquake
