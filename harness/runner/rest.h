#ifndef SLOTQUAKE_HARNESS_RUNNER_REST_H_
#define SLOTQUAKE_HARNESS_RUNNER_REST_H_

#include <functional>
#include <set>
#include <string>

#include "harness/cluster/cluster.h"
#include "harness/history/record.h"
#include "harness/runner/stop.h"

namespace slotquake {

// How long the cluster must have been at rest: max(2 T, 5 s), T being the node
// timeout (docs/checking.md, section 8).
Nanos RequiredRest(int node_timeout_ms);

// Waits until nothing has been wrong with the cluster for `required`, or until
// `limit` has passed. `now` gives the time on the record's axis.
RestRecord AwaitRest(Cluster& cluster, const std::set<std::string>& absent,
                     Nanos required, Nanos limit, const std::function<Nanos()>& now,
                     const StopRequested& stop);

// Waits until every node agrees, all slots are served and every replica is in
// sync. The error says what is still wrong, with the words of a server's log.
Status AwaitReady(Cluster& cluster, Nanos limit, const StopRequested& stop);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_REST_H_
