#include "harness/faults/asking.h"

#include <algorithm>
#include <thread>

#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

// Of what is asked of several nodes, of which some may be dead or cut off.
constexpr Nanos kPatience = milliseconds(500);

}  // namespace

Result<Reply> Ask(Cluster& cluster, const std::string& node,
                  const std::vector<std::string>& command, Nanos limit) {
  auto reply = cluster.Command(node, command, limit);
  if (!reply.ok()) return reply.status().Annotate(node);
  if (reply->IsError()) {
    return Status::Error(node + ": " + command[0] +
                         (command.size() > 1 ? " " + command[1] : "") + ": " +
                         reply->text);
  }
  return reply;
}

Result<ClusterView> AskViewOf(Cluster& cluster, const std::string& node) {
  const auto reply = Ask(cluster, node, {"CLUSTER", "NODES"}, kPatience);
  if (!reply.ok()) return reply.status();
  return ParseClusterNodes(reply->text);
}

Result<ClusterView> AskAnyView(Cluster& cluster,
                               const std::vector<std::string>& without) {
  Status last = Status::Error("nobody is left to be asked");
  for (const std::string& node : cluster.nodes()) {
    if (std::find(without.begin(), without.end(), node) != without.end()) continue;
    auto view = AskViewOf(cluster, node);
    if (view.ok()) return view;
    last = view.status();
  }
  return last;
}

std::map<std::string, std::string> AskNames(Cluster& cluster) {
  std::map<std::string, std::string> names;
  for (const std::string& node : cluster.nodes()) {
    const auto id = Ask(cluster, node, {"CLUSTER", "MYID"}, kPatience);
    if (id.ok()) names[id->text] = node;
  }
  return names;
}

Result<ReplicationInfo> AskReplication(Cluster& cluster, const std::string& node) {
  // One after the other: several sections in one INFO need Redis 7.
  std::string text;
  for (const char* section : {"server", "replication", "keyspace"}) {
    const auto part = Ask(cluster, node, {"INFO", section}, kPatience);
    if (!part.ok()) return part.status();
    text += part->text;
  }
  return ParseReplicationInfo(text);
}

Result<std::string> AskConfig(Cluster& cluster, const std::string& node,
                              const std::string& parameter) {
  const auto reply = Ask(cluster, node, {"CONFIG", "GET", parameter});
  if (!reply.ok()) return reply.status();
  if (reply->elements.size() != 2) {
    return Status::Error(node + " knows no parameter \"" + parameter + "\"");
  }
  return reply->elements[1].text;
}

bool IsDown(Cluster& cluster, const std::string& node) {
  if (ProcessControl* processes = cluster.process_control()) {
    const auto state = processes->State(node);
    if (state.ok()) return *state == ProcessState::kGone;
  }
  return cluster.ProbeClientPort(node, kPatience) == "connection refused";
}

std::string AwaitNothingMissing(Nanos limit,
                                const std::function<std::string()>& missing) {
  const Nanos end = MonotonicNow() + limit;
  std::string last = missing();
  while (!last.empty() && MonotonicNow() < end) {
    std::this_thread::sleep_for(milliseconds(5));
    last = missing();
  }
  return last;
}

}  // namespace slotquake
