#ifndef SLOTQUAKE_HARNESS_CHECK_APPEND_LOSSES_H_
#define SLOTQUAKE_HARNESS_CHECK_APPEND_LOSSES_H_

#include <cstdint>
#include <vector>

#include "harness/check/counter_losses.h"
#include "harness/check/reigns.h"
#include "harness/history/record.h"

namespace slotquake {

// Section 3 of docs/checking.md: every append carries a unique token (its own id),
// so the final list tells the fate of each.
struct AppendLosses {
  std::int64_t acked = 0;
  std::int64_t rejected = 0;
  std::int64_t unknown = 0;
  std::int64_t undecided = 0;  // acked, on lists that could not be read
  std::int64_t unknown_applied = 0;
  std::int64_t refused_but_applied = 0;
  std::int64_t applied_twice = 0;
  // Tokens that stand before one that was acknowledged before they were sent.
  std::int64_t reordered = 0;
  std::int64_t foreign = 0;  // tokens in a list that no operation of it wrote
  std::vector<LostWrite> lost;
};

AppendLosses FindAppendLosses(const RunRecord& record, const Reigns& reigns);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_APPEND_LOSSES_H_
