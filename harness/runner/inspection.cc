#include "harness/runner/inspection.h"

#include <algorithm>

#include "harness/redis/cluster_nodes.h"
#include "harness/redis/info_reply.h"

namespace slotquake {
namespace {

constexpr Nanos kPatience = std::chrono::seconds(2);

// What theory, causes and reports need of redis.conf.
constexpr const char* kSettings[] = {
    "appendfsync",
    "appendonly",
    "cluster-allow-replica-migration",
    "cluster-migration-barrier",
    "cluster-node-timeout",
    "cluster-replica-no-failover",
    "cluster-replica-validity-factor",
    "cluster-require-full-coverage",
    "maxmemory",
    "maxmemory-policy",
    "min-replicas-max-lag",
    "min-replicas-to-write",
    "repl-diskless-sync",
    "repl-diskless-sync-delay",
    "repl-ping-replica-period",
    "save",
};

Result<Reply> Ask(Cluster& cluster, const std::string& node,
                  const std::vector<std::string>& command) {
  auto reply = cluster.Command(node, command, kPatience);
  if (reply.ok() && reply->IsError()) {
    return Status::Error(node + ": " + command[0] + ": " + reply->text);
  }
  return reply;
}

Result<NodeRecord> DescribeNode(Cluster& cluster, const std::string& name) {
  NodeRecord node;
  node.name = name;
  node.address = cluster.ClientEndpoint(name).host;
  node.port = cluster.ClientEndpoint(name).port;
  const auto id = Ask(cluster, name, {"CLUSTER", "MYID"});
  if (!id.ok()) return id.status();
  node.id = id->text;
  const auto info = Ask(cluster, name, {"INFO", "server"});
  if (!info.ok()) return info.status();
  const InfoFields fields = ParseInfo(info->text);
  const auto valkey = fields.find("valkey_version");
  const auto redis = fields.find("redis_version");
  node.engine = valkey != fields.end() ? "valkey" : "redis";
  if (valkey != fields.end()) {
    node.version = valkey->second;
  } else if (redis != fields.end()) {
    node.version = redis->second;
  }
  for (const char* setting : kSettings) {
    const auto value = Ask(cluster, name, {"CONFIG", "GET", setting});
    if (!value.ok()) return value.status();
    // An empty array: this version does not know the setting.
    if (value->elements.size() == 2) node.config[setting] = value->elements[1].text;
  }
  return node;
}

}  // namespace

Result<std::vector<NodeRecord>> DescribeNodes(Cluster& cluster) {
  std::vector<NodeRecord> nodes;
  for (const std::string& name : cluster.nodes()) {
    auto node = DescribeNode(cluster, name);
    if (!node.ok()) return node.status();
    nodes.push_back(std::move(*node));
  }
  return nodes;
}

Result<std::vector<std::vector<SlotRange>>> AskShards(Cluster& cluster) {
  const auto reply = Ask(cluster, cluster.nodes().front(), {"CLUSTER", "NODES"});
  if (!reply.ok()) return reply.status();
  const auto view = ParseClusterNodes(reply->text);
  if (!view.ok()) return view.status();
  std::vector<std::vector<SlotRange>> shards;
  for (const NodeView& node : view->nodes) {
    if (!node.slots.empty()) shards.push_back(node.slots);
  }
  std::sort(shards.begin(), shards.end(),
            [](const auto& a, const auto& b) { return a[0].first < b[0].first; });
  return shards;
}

std::vector<Observation> AskDigests(Cluster& cluster,
                                    const std::set<std::string>& absent,
                                    const std::function<Nanos()>& now) {
  std::vector<Observation> observations;
  for (const std::string& node : cluster.nodes()) {
    if (absent.contains(node)) continue;
    const Nanos asked = now();
    const auto digest = Ask(cluster, node, {"DEBUG", "DIGEST"});
    if (!digest.ok()) continue;
    observations.push_back({.at = now(),
                            .not_before = asked,
                            .source = "runner",
                            .node = node,
                            .kind = std::string(observation_kind::kDigest),
                            .data = {{"digest", digest->text}}});
  }
  return observations;
}

}  // namespace slotquake
