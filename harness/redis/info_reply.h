#ifndef SLOTQUAKE_HARNESS_REDIS_INFO_REPLY_H_
#define SLOTQUAKE_HARNESS_REDIS_INFO_REPLY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "harness/base/status.h"

namespace slotquake {

using InfoFields = std::map<std::string, std::string, std::less<>>;

// The fields of an INFO or CLUSTER INFO reply. Section titles and lines that are
// not `name:value` are skipped: newer servers add fields and sections. Thread-safe.
InfoFields ParseInfo(std::string_view text);

// What matters of CLUSTER INFO; the names without "cluster_".
struct ClusterInfo {
  std::string state;  // "ok" or "fail"
  int slots_ok = 0;
  int slots_pfail = 0;
  int slots_fail = 0;
  std::int64_t current_epoch = 0;
  std::int64_t my_epoch = 0;
  int known_nodes = 0;
  int size = 0;
  bool operator==(const ClusterInfo&) const = default;
};

// An error names the field that is missing or not a number. Thread-safe.
Result<ClusterInfo> ParseClusterInfo(std::string_view text);

// What matters of INFO's sections server, replication and keyspace.
struct ReplicationInfo {
  std::string role;    // "master" or "replica"
  std::string run_id;  // new with every start of the server
  std::string replid;
  std::int64_t offset = 0;  // a master's own; a replica's: what it has processed
  bool link_up = false;     // a replica's link to its master; false for a master
  bool syncing = false;     // a replica that receives or loads its master's data
  int connected_replicas = 0;
  std::int64_t keys = 0;  // of database 0, the only one in a cluster
  bool operator==(const ReplicationInfo&) const = default;
};

// An error names the field that is missing or not a number. Thread-safe.
Result<ReplicationInfo> ParseReplicationInfo(std::string_view text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_INFO_REPLY_H_
