#ifndef SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_
#define SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_

#include "harness/faults/fault.h"

namespace slotquake {

// SIGKILL to the victim's server, and the wait (well below a millisecond on an idle
// machine) until it is gone: only then the fault is done.
Status KillAndAwaitEnd(FaultContext& context);

// Proofs that several faults share. Each waits for its condition, with a limit.

// The victim's process has ended.
Proof ProveProcessGone(FaultContext& context);

// Nothing accepts connections at the victim's address; `why` is what a client
// must see ("connection refused", "timed out").
Proof ProvePortSilent(FaultContext& context, const std::string& why);

// The victim's server answers PING.
Proof ProveServerAnswers(FaultContext& context);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_
