#ifndef SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_
#define SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// SIGKILL to the victims' servers, and the wait (well below a millisecond on an idle
// machine) until they are gone: only then the fault is done.
Status KillAndAwaitEnd(FaultContext& context);

// Starts every victim's server; the first error, when all have been tried.
Status StartAll(FaultContext& context);

// Proofs that several faults share. Each waits for its condition, with a limit.

// The node's process has ended.
Proof ProveProcessGone(FaultContext& context, const std::string& node);

// Nothing accepts connections at the node's address; `why` is what a client must
// see ("connection refused", "timed out").
Proof ProvePortSilent(FaultContext& context, const std::string& node,
                      const std::string& why);

// The rule that this fault has put in force has stopped packets.
Proof ProvePacketsStopped(FaultContext& context);

// The node's server answers PING.
Proof ProveServerAnswers(FaultContext& context, const std::string& node);
// Every victim's does.
std::vector<Proof> ProveAllAnswer(FaultContext& context);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_
