#ifndef SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_
#define SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// To be called when the victims' processes are as the fault wants them, by a fault that
// does nothing else to them: when that took effect, if the platform has measured it of
// each, goes into context.measured.
void TakeMeasuredTimes(FaultContext& context);

// SIGKILL to the victims' servers, and the wait (well below a millisecond on an idle
// machine) until they are gone: only then the fault is done.
Status KillAndAwaitEnd(FaultContext& context);

// SIGTERM, and the wait of at most `grace` for each.
Status TerminateAndAwaitEnd(FaultContext& context, Nanos grace);

// Starts every victim's server; the first error, when all have been tried.
Status StartAll(FaultContext& context);

// Proofs that several faults share. Each waits for its condition, with a limit.

// The node's process has ended.
Proof ProveProcessGone(FaultContext& context, const std::string& node);

// Nothing accepts connections at the node's address; `why` is what a client must
// see ("connection refused", "timed out").
Proof ProvePortSilent(FaultContext& context, const std::string& node,
                      const std::string& why);

// Both, for each victim of a fault that ends the process on a host that lives on.
std::vector<Proof> ProveGoneAndRefusing(FaultContext& context);

// The kernel holds the node's process for stopped.
Proof ProveProcessStopped(FaultContext& context, const std::string& node);

// The node's server does not answer PING over the control plane.
Proof ProveNoAnswer(FaultContext& context, const std::string& node);

// The rule that this fault has put in force has stopped packets.
Proof ProvePacketsStopped(FaultContext& context);

// The node's server answers PING.
Proof ProveServerAnswers(FaultContext& context, const std::string& node);
// Every victim's does.
std::vector<Proof> ProveAllAnswer(FaultContext& context);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_PROCESS_PROOFS_H_
