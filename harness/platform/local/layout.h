#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LAYOUT_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LAYOUT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/history/cluster_view.h"
#include "harness/platform/local/server.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// One node of a cluster to be, as every nodes.conf will tell it.
struct PlannedNode {
  std::string name;
  std::string address;
  std::string id;
  std::string shard_id;
  int master = -1;  // index of its master; -1: it is one
  int epoch = 0;    // of its shard
  SlotRange slots;  // of a master
};

// Masters first, then their replicas in turn, slots dealt out as `redis-cli
// --cluster create` does. Ids come from the seed. Pure.
std::vector<PlannedNode> PlanNodes(const ClusterSpec& spec, std::uint64_t seed);

// The nodes.conf of node `self`: with it the servers know each other from the
// start, and no MEET has to spread. Pure.
std::string NodesConf(const std::vector<PlannedNode>& nodes, std::size_t self,
                      const ServerProgram& program);

// redis.conf of every node: what the platform needs, the settings of the article
// this harness grew from, and over them the scenario's own. Pure.
std::map<std::string, std::string> ServerConfig(const ClusterSpec& spec,
                                                const ServerProgram& program);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LAYOUT_H_
