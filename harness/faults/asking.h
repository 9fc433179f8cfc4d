#ifndef SLOTQUAKE_HARNESS_FAULTS_ASKING_H_
#define SLOTQUAKE_HARNESS_FAULTS_ASKING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/faults/fault.h"
#include "harness/redis/info_reply.h"

namespace slotquake {

// What faults of administration ask of nodes, over nothing but Cluster::Command.

// One command to one node; an error reply is an error, too, and names the node.
Result<Reply> Ask(Cluster& cluster, const std::string& node,
                  const std::vector<std::string>& command,
                  Nanos limit = std::chrono::seconds(2));

// The node's map of the cluster.
Result<ClusterView> AskViewOf(Cluster& cluster, const std::string& node);

// The map of the first node that answers and is not one of `without`.
Result<ClusterView> AskAnyView(Cluster& cluster,
                               const std::vector<std::string>& without = {});

// The names of all nodes that answer, by id.
std::map<std::string, std::string> AskNames(Cluster& cluster);

// INFO's role, link and offset.
Result<ReplicationInfo> AskReplication(Cluster& cluster, const std::string& node);

// What the node says that a parameter of its configuration is.
Result<std::string> AskConfig(Cluster& cluster, const std::string& node,
                              const std::string& parameter);

// Whether the node's server does not run: by the platform's word where it has power
// over processes, else because its port refuses.
bool IsDown(Cluster& cluster, const std::string& node);

// Asks `missing` again and again until it says "" or the limit has passed; returns
// what it said last.
std::string AwaitNothingMissing(Nanos limit,
                                const std::function<std::string()>& missing);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_ASKING_H_
