#ifndef SLOTQUAKE_HARNESS_CHECK_FAULT_AXIS_H_
#define SLOTQUAKE_HARNESS_CHECK_FAULT_AXIS_H_

#include <bitset>
#include <optional>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

using SlotSet = std::bitset<kSlots>;

SlotSet ToSet(const std::vector<SlotRange>& ranges);

// The slots of all victims of one fault.
SlotSet SlotsOf(const FaultRecord& fault);

// The first fault that was injected, or nullptr.
const FaultRecord* FirstFault(const RunRecord& record);

// The instant of the record's last operation or observation.
Nanos EndOf(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_FAULT_AXIS_H_
