#ifndef SLOTQUAKE_HARNESS_CHECK_FAULT_EFFECT_H_
#define SLOTQUAKE_HARNESS_CHECK_FAULT_EFFECT_H_

#include "harness/history/record.h"

namespace slotquake {

// What a fault does to its victims, as far as it matters to who judges it.
enum class FaultEffect {
  kUnknown,      // taken for one that takes its victims away
  kProcessGone,  // the server's process ended; its host lives and refuses connections
  kHostGone,     // the host with it: nothing answers
  kNetworkCut,   // it lives, and may acknowledge, cut off from the others
  kPaused,       // it stands still, and may wake up with what it believed before
  kHandover,     // an ordered failover: its replica is asked to take over
  kOther,        // it lives on and is reached, perhaps badly; or nothing is broken
};

// By what the record says; by the fault's type where it does not (an older record).
// Pure and thread-safe, like all below.
FaultEffect EffectOf(const FaultRecord& fault);

// Whether every node of the record is a victim: a fault of the whole cluster.
bool HitsAll(const RunRecord& record, const FaultRecord& fault);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_FAULT_EFFECT_H_
