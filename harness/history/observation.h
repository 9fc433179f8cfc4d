#ifndef SLOTQUAKE_HARNESS_HISTORY_OBSERVATION_H_
#define SLOTQUAKE_HARNESS_HISTORY_OBSERVATION_H_

#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// What a node, a log or the platform said, and when. One line of
// observations.jsonl. Times are on the record's axis.
struct Observation {
  Nanos at{0};          // when it was known
  Nanos not_before{0};  // what it tells of happened in [not_before, at]
  std::string source;   // "poll", "log", "platform", "runner", "worker"
  std::string node;     // the node that said it, or that it is about
  std::string kind;     // one of observation_kind
  nlohmann::json data;  // see observation_kind
};

// The kinds and what their `data` holds. Polled kinds are written when they
// changed; a silence that is not a steady state is written as a gap.
namespace observation_kind {
// CLUSTER INFO: {state, slots_ok, slots_pfail, slots_fail, current_epoch,
// my_epoch, known_nodes, size}
inline constexpr std::string_view kClusterInfo = "cluster_info";
// CLUSTER NODES: a ClusterView
inline constexpr std::string_view kView = "view";
// INFO replication and server: {role, run_id, replid, offset, link_up, syncing,
// connected_replicas, keys}; about ten a second. role is "master" or "replica"; a
// master has link_up false (it has no link). See harness/redis/info_reply.h.
inline constexpr std::string_view kReplication = "replication";
// A line of the node's log that means something: {event, text, ...}; the events
// and their fields are in harness/redis/log_line.h
inline constexpr std::string_view kLog = "log";
// Nobody looked at this node in [not_before, at]: {reason}
inline constexpr std::string_view kGap = "gap";
// The node does not answer polls from here on: {error}
inline constexpr std::string_view kUnreachable = "unreachable";
// It answers again.
inline constexpr std::string_view kReachable = "reachable";
// A server process: {what: "started" | "exited", pid, status}
inline constexpr std::string_view kProcess = "process";
// A pod of an orchestrator, when something of it changed: {what: "added" | "changed" |
// "deleted", pod, uid, phase, ready, deleting, address, machine, restarts, state,
// reason, exit_code}; state ("running", "waiting", "terminated"), reason and exit_code
// are of the server's container. `node` is "" for a pod that is neither a node nor a
// worker's. Of all three kinds `at` is when the runner was told.
inline constexpr std::string_view kPod = "pod";
// What the orchestrator says it did: {type: "Normal" | "Warning", reason, message,
// object: "Pod/redis-cluster-0", count, last_timestamp (whole seconds)}
inline constexpr std::string_view kEvent = "event";
// A machine of the orchestrator: {machine, ready, unschedulable, exists}
inline constexpr std::string_view kMachine = "machine";
// Clients reach the node there from now on, and nowhere else: {address, port}
inline constexpr std::string_view kAddress = "address";
// The worker itself was not scheduled in [not_before, at]: {worker}
inline constexpr std::string_view kStall = "stall";
// At rest: {digest}, the node's DEBUG DIGEST, where it offers one
inline constexpr std::string_view kDigest = "digest";
}  // namespace observation_kind

void to_json(nlohmann::json& json, const Observation& observation);
void from_json(const nlohmann::json& json, Observation& observation);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HISTORY_OBSERVATION_H_
