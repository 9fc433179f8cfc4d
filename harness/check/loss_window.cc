#include "harness/check/loss_window.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/check/evidence.h"

namespace slotquake {

int FaultOf(const RunRecord& record, const CauseFinder& causes,
            const LostWrite& write) {
  const Operation& op = record.history.operations()[write.op];
  const Reign* next = causes.SuccessorOf(write);
  const Nanos passed =
      next == nullptr ? op.completed : std::max(op.completed, next->begin_hi);
  int found = -1;
  bool own_shard = false;
  for (std::size_t i = 0; i < record.faults.size(); ++i) {
    const FaultRecord& fault = record.faults[i];
    if (!fault.injected || fault.asked > passed) continue;
    const bool own = std::any_of(
        fault.victims.begin(), fault.victims.end(),
        [&](const Victim& victim) { return ContainsSlot(victim.slots, op.slot); });
    if (own || !own_shard) found = static_cast<int>(i);
    own_shard = own_shard || own;
  }
  return found;
}

std::vector<LossWindow> FindLossWindows(const RunRecord& record, const Reigns& reigns,
                                        const CauseFinder& causes,
                                        const std::vector<LostWrite>& lost) {
  const auto& operations = record.history.operations();
  std::map<std::pair<int, int>, LossWindow> by_place;
  for (const LostWrite& write : lost) {
    const Operation& op = operations[write.op];
    const int fault = FaultOf(record, causes, write);
    const int group = reigns.GroupOf(op.slot);
    const auto [it, is_new] = by_place.try_emplace({fault, group});
    LossWindow& window = it->second;
    window.fault = fault;
    window.group = group;
    window.first = is_new ? op.completed : std::min(window.first, op.completed);
    window.last = is_new ? op.completed : std::max(window.last, op.completed);
    ++window.lost;
  }
  std::vector<LossWindow> windows;
  for (auto& [place, window] : by_place) {
    window.uncertainty = ClockSlack(record);
    if (window.fault >= 0) {
      const FaultRecord& fault = record.faults[static_cast<std::size_t>(window.fault)];
      window.uncertainty += fault.done - fault.asked;
    }
    windows.push_back(window);
  }
  if (windows.empty()) return windows;
  for (const Operation& op : operations) {
    if (op.outcome != Outcome::kAcked) continue;
    const int group = reigns.GroupOf(op.slot);
    for (LossWindow& window : windows) {
      if (window.group == group && window.first <= op.completed &&
          op.completed <= window.last) {
        ++window.acks_inside;
      }
    }
  }
  return windows;
}

}  // namespace slotquake
