#ifndef SLOTQUAKE_HARNESS_CHECK_COUNTER_LOSSES_H_
#define SLOTQUAKE_HARNESS_CHECK_COUNTER_LOSSES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/check/reigns.h"
#include "harness/history/record.h"

namespace slotquake {

// What shows that an acknowledged write is gone.
enum class LossWitness {
  kLaterReign,  // a later reign handed out its value, or a smaller one, again
  kSameReign,   // so did the same reign, to an operation invoked after its ack
  kFinalRead,   // the final value is smaller, or the token is not in the list
};

// One acknowledged write that is gone.
struct LostWrite {
  std::size_t op = 0;  // index into history.operations()
  ReignSpan span;      // where it was acknowledged
  LossWitness witness = LossWitness::kFinalRead;
  int witness_rank = -1;           // of kLaterReign: the first such reign
  std::int64_t witness_value = 0;  // the value that was handed out, or the final one
};

// Section 2 of docs/checking.md, over all counters (INCR and HTTP hits).
struct CounterLosses {
  std::int64_t keys = 0;
  std::int64_t acked = 0;
  std::int64_t rejected = 0;
  std::int64_t unknown = 0;
  std::int64_t lower = 0;  // of lost acked writes
  std::int64_t upper = 0;
  std::int64_t lower_by_acks = 0;  // by acked values alone, no final read
  std::int64_t double_count = 0;   // keys that hold more than acked + unknown
  std::int64_t surplus = 0;        // by how much, over those keys
  // Keys whose values prove more losses than their final value leaves room for: a
  // write counted twice, or reigns in an order that the evidence does not show.
  std::int64_t contradictions = 0;
  std::int64_t unread = 0;  // keys whose final read failed or is missing
  // Every definitely lost write; its size is D.
  std::vector<LostWrite> lost;
};

// Time and memory grow with the operations, n log n within a key. Keys without a
// final read have no accounting: all their acked writes may be lost.
CounterLosses FindCounterLosses(const RunRecord& record, const Reigns& reigns);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_COUNTER_LOSSES_H_
