#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_FORMING_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_FORMING_H_

#include <functional>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/cluster.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// Makes a cluster of servers that run alone: the first spec.masters nodes get the
// slots, node masters + i becomes a replica of master i, and so on in turn. Returns
// when every node knows every other and has its role; replicas need not be in sync
// yet. Waits for each server's first answer. `stop` ends it early, with an error, as
// do nodes that do not come together within `limit`: it says which, and how far.
Status FormCluster(Cluster& cluster, const ClusterSpec& spec, Nanos limit,
                   const std::function<bool()>& stop);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_FORMING_H_
