#ifndef SLOTQUAKE_HARNESS_RUNNER_INSPECTION_H_
#define SLOTQUAKE_HARNESS_RUNNER_INSPECTION_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/history/record.h"

namespace slotquake {

// Asks every node who it is: id, version, and the settings that failovers and
// losses depend on.
Result<std::vector<NodeRecord>> DescribeNodes(Cluster& cluster);

// The slots of each shard, shards by their lowest slot, as the first node that
// answers tells it.
Result<std::vector<std::vector<SlotRange>>> AskShards(Cluster& cluster);

// DEBUG DIGEST of every node but `absent`, as observations on the record's axis;
// nothing of a node that does not offer it.
std::vector<Observation> AskDigests(Cluster& cluster,
                                    const std::set<std::string>& absent,
                                    const std::function<Nanos()>& now);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_INSPECTION_H_
