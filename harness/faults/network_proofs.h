#ifndef SLOTQUAKE_HARNESS_FAULTS_NETWORK_PROOFS_H_
#define SLOTQUAKE_HARNESS_FAULTS_NETWORK_PROOFS_H_

#include <string>
#include <vector>

#include "harness/faults/cut_plan.h"
#include "harness/faults/fault.h"

// Proofs that faults of the network share. Each waits for its condition, with a limit.
namespace slotquake {

// An error that begins with the fault's name where the platform can not cut.
Status CheckCanCut(Cluster& cluster, const std::string& fault);

// Puts the blocks in force under the injection's name; when that took effect, if the
// platform has measured it, goes into context.measured.
Status PutInForce(FaultContext& context, const std::vector<Block>& blocks);

// What a connection over that way sees now: "" when it is accepted.
std::string TryWay(FaultContext& context, const CutProbe& probe);

// A connection over that way sees what the cut must do to it, and saw something else
// `before`.
Proof ProveClosed(FaultContext& context, const CutProbe& probe,
                  const std::string& before);
// The way is open again: a connection is accepted, or refused by a host whose server
// is gone.
Proof ProveOpen(FaultContext& context, const CutProbe& probe);

// The node, whose process runs, answers the harness: it is cut off, not dead. Nothing
// to prove where another fault has ended or stopped its process.
void ProveAlive(FaultContext& context, std::vector<Proof>* proofs);

// The rule of this injection is no longer in force.
Proof ProveRuleGone(FaultContext& context);

// All links of the node's cluster bus to nodes that live are up, as it says itself.
Proof ProveLinksUp(FaultContext& context, const std::string& node);

// Whether the platform says that the node's process does not run now.
bool IsDown(FaultContext& context, const std::string& node);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_NETWORK_PROOFS_H_
