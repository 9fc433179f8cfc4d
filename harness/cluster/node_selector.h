#ifndef SLOTQUAKE_HARNESS_CLUSTER_NODE_SELECTOR_H_
#define SLOTQUAKE_HARNESS_CLUSTER_NODE_SELECTOR_H_

#include <map>
#include <string>
#include <vector>

#include "harness/base/rng.h"
#include "harness/base/status.h"
#include "harness/history/record.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// Who is meant by `specs`, by the roles that the nodes have in `view` (one node's
// map), each node once, in the order of the specs; every node when there are none.
// `names` gives node names by id. A random pick takes one number from `rng`. An error
// says what there is instead. Pure.
Result<std::vector<Victim>> SelectVictims(
    const std::vector<VictimSpec>& specs, const ClusterView& view,
    const std::map<std::string, std::string>& names, Rng& rng);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_NODE_SELECTOR_H_
