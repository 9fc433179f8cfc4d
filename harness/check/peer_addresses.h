#ifndef SLOTQUAKE_HARNESS_CHECK_PEER_ADDRESSES_H_
#define SLOTQUAKE_HARNESS_CHECK_PEER_ADDRESSES_H_

#include <string>
#include <vector>

#include "harness/check/cluster_state.h"
#include "harness/history/record.h"

namespace slotquake {

// What the nodes know of each other's addresses, against where they are.
struct PeerAddresses {
  // Nodes that know every other one only at an address it has left, and are connected
  // to none: nothing that they try can succeed.
  std::vector<std::string> cut_off;
  // One sentence per node with some such peers: "redis-3 knows redis-0 only at
  // 10.0.0.1, which it has left for 10.0.0.9". Also of a node that is wrong about where
  // it is itself, as the others' views show.
  std::vector<std::string> stale;
  // "no reachable peer address: ..."; "" where not every node that was seen is cut off.
  std::string cause;
};

// By the nodes' last views, and by where the platform said that they moved (kinds
// "address" and "pod"). Nodes that nobody saw move are where the record has them.
PeerAddresses ComparePeerAddresses(const RunRecord& record,
                                   const std::vector<NodeState>& nodes);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_PEER_ADDRESSES_H_
