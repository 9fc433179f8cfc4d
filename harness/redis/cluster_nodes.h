#ifndef SLOTQUAKE_HARNESS_REDIS_CLUSTER_NODES_H_
#define SLOTQUAKE_HARNESS_REDIS_CLUSTER_NODES_H_

#include <string_view>

#include "harness/base/status.h"
#include "harness/history/cluster_view.h"

namespace slotquake {

// Reads the reply of CLUSTER NODES, of every server from Redis 6.2 to Valkey 8.1
// and Redis 8: auxiliary fields after the address are skipped, a slot range that
// is told more than once counts once, and slots come out in ascending order.
// `:0@0` (no address known) is an empty address and port 0.
//
// A reply that is not whole is an error, never a smaller cluster: each line must
// be well-formed, no node may come twice, and exactly one must be `myself`.
// Thread-safe.
Result<ClusterView> ParseClusterNodes(std::string_view text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_CLUSTER_NODES_H_
