#ifndef SLOTQUAKE_HARNESS_CLUSTER_HEALTH_H_
#define SLOTQUAKE_HARNESS_CLUSTER_HEALTH_H_

#include <map>
#include <set>
#include <string>

#include "harness/cluster/cluster.h"

namespace slotquake {

// What every asked node says at one moment.
struct HealthReport {
  std::string problem;  // what is still wrong, for a person; "" when nothing is
  std::string culprit;  // the node that the problem is about; "": several
  std::map<std::string, ClusterView> views;  // of the nodes that answered

  bool Healthy() const { return problem.empty(); }
};

// Asks every node but `absent` (dead on purpose) and holds the answers against
// section 7 of docs/checking.md: one owner for each slot, the same in every
// view; config epochs of masters all different; the current epoch not below
// them; no open slots; state ok everywhere; every view knows whose replica each node
// is; every replica's link up, its first synchronisation done, its replication id its
// master's and, if `compare_offsets`, its offset equal to its master's (only meaningful
// when nobody writes).
HealthReport CheckHealth(Cluster& cluster, const std::set<std::string>& absent,
                         bool compare_offsets);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_HEALTH_H_
