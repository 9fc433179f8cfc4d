#ifndef SLOTQUAKE_HARNESS_FAULTS_POD_PROOFS_H_
#define SLOTQUAKE_HARNESS_FAULTS_POD_PROOFS_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// A node's pod and server as they were before a fault replaced them.
struct PodBefore {
  std::string node;
  std::string pod;     // its name
  std::string uid;     // of the pod
  std::string run_id;  // of the server's process; "": it did not answer
  std::string machine;
};

// Whether the platform has pods; the error names the fault.
Status NeedsPods(Cluster& cluster, const std::string& fault);

// The pods of these nodes, and who serves in them. An error when one has no pod: there
// is nothing to break.
Result<std::vector<PodBefore>> LookAtPods(FaultContext& context,
                                          const std::vector<std::string>& nodes);

// Whether the server that was there answers no more: another one does, or, twice, none.
bool IsOldServerGone(FaultContext& context, const PodBefore& before);

// Waits until none of the old servers answers, so that [asked, done] holds the instant
// at which the last one went. Gives up quietly at the limit: what did not happen is for
// the proof to say.
void AwaitOldServersGone(FaultContext& context, const std::vector<PodBefore>& pods,
                         Nanos limit);

// The platform knows no pod of the old uid any more. Waits for it.
Proof ProvePodReplaced(FaultContext& context, const PodBefore& before, Nanos limit);

// The server that was there does not answer any more: another one does, or nobody. One
// that did not answer before the fault proves nothing.
Proof ProveOldServerGone(FaultContext& context, const PodBefore& before);

// Waits until every node's pod is ready and its server answers PING; an error names
// those that are not. `replaced`: only a pod of another uid counts.
Status AwaitPodsBack(FaultContext& context, const std::vector<PodBefore>& pods,
                     bool replaced, Nanos limit);

// For each: which pod there is now and whether it is ready, and that its server
// answers.
std::vector<Proof> ProvePodsBack(FaultContext& context,
                                 const std::vector<PodBefore>& pods, bool replaced);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_POD_PROOFS_H_
