#ifndef SLOTQUAKE_HARNESS_CHECK_REIGNS_H_
#define SLOTQUAKE_HARNESS_CHECK_REIGNS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/check/evidence.h"
#include "harness/history/record.h"

namespace slotquake {

// One node's uninterrupted ownership of some slots with one dataset (section 2 of
// docs/checking.md). It began in [begin_lo, begin_hi].
struct Reign {
  std::string node;
  std::int64_t epoch = 0;
  Nanos begin_lo{0};
  Nanos begin_hi{0};
  bool by_restart = false;  // the same node and epoch, after a restart
  // Its node was a master before: slots were moved to it, and nobody was promoted.
  bool by_move = false;
  // Its place among the reigns of its slots, by config epoch, then by time. Two
  // nodes that claim one epoch can't be ordered: they share [rank_lo, rank_hi].
  int rank_lo = 0;
  int rank_hi = 0;
  // Of a restart at about the time of an election: the epoch before, which it may
  // belong to as well.
  std::int64_t least_epoch = 0;
};

// Slots that had the same reigns throughout: in practice a shard.
struct ReignGroup {
  std::vector<SlotRange> slots;
  std::vector<Reign> reigns;  // in the order of their ranks
};

// In which reigns an operation may have been answered: ranks [lo, hi].
struct ReignSpan {
  int lo = 0;
  int hi = 0;
  bool exact = false;  // one reign, known by evidence
};

// The reigns of all slots, from what the nodes claimed (polled views, logs, the
// victims as they were chosen) and when their servers restarted. Immutable.
class Reigns {
 public:
  // Keeps no reference to `record` or `views`.
  Reigns(const RunRecord& record, const std::vector<TimedView>& views);

  const std::vector<ReignGroup>& groups() const { return groups_; }
  int GroupOf(int slot) const { return group_of_[static_cast<std::size_t>(slot)]; }
  const ReignGroup& GroupAt(int slot) const {
    return groups_[static_cast<std::size_t>(GroupOf(slot))];
  }

  // Where an acked operation belongs. The node must be the one that answered. A
  // node that nobody saw claim the slot may have answered in any reign.
  ReignSpan SpanOf(const Operation& op) const;

 private:
  Nanos slack_;
  std::vector<ReignGroup> groups_;
  std::array<std::uint16_t, kSlots> group_of_{};
  // Per group and history node number: its reigns' indices in order of time.
  std::vector<std::vector<std::vector<int>>> of_node_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_REIGNS_H_
