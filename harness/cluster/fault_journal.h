#ifndef SLOTQUAKE_HARNESS_CLUSTER_FAULT_JOURNAL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_FAULT_JOURNAL_H_

#include <cstddef>

#include "harness/base/status.h"
#include "harness/history/record.h"

namespace slotquake {

// What is broken now, written where it outlives the runner: whoever finds it can undo
// what a runner that was killed has left broken. Faults are numbered as in the
// timeline.
class FaultJournal {
 public:
  virtual ~FaultJournal() = default;

  // Notes a fault that is about to be injected, its victims known; returns when the
  // note is safe. After an error the fault must not be injected.
  virtual Status Begin(std::size_t index, const FaultRecord& fault) = 0;
  // Notes that nothing of it is left.
  virtual Status End(std::size_t index) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_FAULT_JOURNAL_H_
