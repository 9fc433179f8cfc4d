#include "harness/cluster/health.h"

#include <algorithm>
#include <map>
#include <vector>

#include "harness/redis/cluster_nodes.h"
#include "harness/redis/info_reply.h"

namespace slotquake {
namespace {

constexpr Nanos kPatience = std::chrono::milliseconds(500);

// What one node says of itself and of the others.
struct Testimony {
  ClusterView view;
  ClusterInfo info;
  ReplicationInfo replication;
};

Result<std::string> AskText(Cluster& cluster, const std::string& node,
                            const std::vector<std::string>& command) {
  const auto reply = cluster.Command(node, command, kPatience);
  if (!reply.ok()) return reply.status();
  if (reply->IsError()) return Status::Error(reply->text);
  return reply->text;
}

Result<Testimony> Ask(Cluster& cluster, const std::string& node) {
  const auto nodes = AskText(cluster, node, {"CLUSTER", "NODES"});
  if (!nodes.ok()) return nodes.status();
  const auto info = AskText(cluster, node, {"CLUSTER", "INFO"});
  if (!info.ok()) return info.status();
  // One after the other: several sections in one INFO need Redis 7.
  std::string replication;
  for (const char* section : {"server", "replication", "keyspace"}) {
    const auto part = AskText(cluster, node, {"INFO", section});
    if (!part.ok()) return part.status();
    replication += *part;
  }
  const auto view = ParseClusterNodes(*nodes);
  if (!view.ok()) return view.status();
  const auto parsed_info = ParseClusterInfo(*info);
  if (!parsed_info.ok()) return parsed_info.status();
  const auto parsed_replication = ParseReplicationInfo(replication);
  if (!parsed_replication.ok()) return parsed_replication.status();
  return Testimony{*view, *parsed_info, *parsed_replication};
}

// Owner and epoch of every range, the same text for the same map.
std::string MapOf(const ClusterView& view) {
  std::vector<std::string> owners;
  for (const NodeView& node : view.nodes) {
    if (node.slots.empty()) continue;
    owners.push_back(node.id + " " + std::to_string(node.config_epoch) + " " +
                     ToString(node.slots));
  }
  std::sort(owners.begin(), owners.end());
  std::string map;
  for (const std::string& owner : owners) map += owner + "; ";
  return map;
}

std::string JudgeEpochs(const ClusterView& view, std::int64_t current_epoch) {
  std::map<std::int64_t, int> epochs;
  for (const NodeView& node : view.nodes) {
    if (!node.master || node.slots.empty()) continue;
    if (++epochs[node.config_epoch] > 1) {
      return "two masters have config epoch " + std::to_string(node.config_epoch);
    }
    if (node.config_epoch > current_epoch) return "a config epoch is above the current";
  }
  return "";
}

std::string JudgeNode(const Testimony& said, std::size_t expected_nodes) {
  if (said.info.state != "ok") return "cluster_state is " + said.info.state;
  if (said.info.slots_ok != kSlots) {
    return "only " + std::to_string(said.info.slots_ok) + " of 16384 slots are ok";
  }
  if (said.view.nodes.size() != expected_nodes) {
    return "it knows " + std::to_string(said.view.nodes.size()) + " of " +
           std::to_string(expected_nodes) + " nodes";
  }
  for (const NodeView& node : said.view.nodes) {
    if (node.handshake) return "a handshake is under way";
    if (node.open_slots) return "it has open (migrating or importing) slots";
  }
  const NodeView* self = said.view.Myself();
  if (self != nullptr && !self->master &&
      (!said.replication.link_up || said.replication.syncing)) {
    return "its link to its master is not up and in sync";
  }
  return JudgeEpochs(said.view, said.info.current_epoch);
}

std::string JudgeFlags(const std::map<std::string, Testimony>& all,
                       const std::set<std::string>& alive_ids) {
  for (const auto& [name, said] : all) {
    for (const NodeView& node : said.view.nodes) {
      if (alive_ids.contains(node.id) && (node.fail || node.pfail)) {
        return name + " still holds " + node.id.substr(0, 8) + " for failing";
      }
    }
  }
  return "";
}

// What a node is it knows first itself; the others from its next ping on. Who takes a
// replica for a master gives it no vote.
std::string JudgeRoles(const std::map<std::string, Testimony>& all) {
  for (const auto& [subject, own] : all) {
    const NodeView* self = own.view.Myself();
    if (self == nullptr) continue;
    for (const auto& [name, said] : all) {
      const NodeView* seen = said.view.Find(self->id);
      if (seen == nullptr) continue;
      if (seen->master != self->master || seen->master_id != self->master_id) {
        return name + " does not know yet what " + subject +
               " is: " + (self->master ? "a master" : "a replica") +
               (self->master ? "" : " of " + self->master_id.substr(0, 8));
      }
    }
  }
  return "";
}

// A replica that was cut off while its master was started again holds the connection to
// the one before for up, and says so, until it sends something and is refused.
std::string JudgeHistories(const std::map<std::string, Testimony>& all) {
  std::map<std::string, std::string> masters;
  for (const auto& [name, said] : all) {
    const NodeView* self = said.view.Myself();
    if (self != nullptr && self->master) masters[self->id] = said.replication.replid;
  }
  for (const auto& [name, said] : all) {
    const NodeView* self = said.view.Myself();
    if (self == nullptr || self->master || !masters.contains(self->master_id)) continue;
    if (said.replication.replid != masters[self->master_id]) {
      return name + " replicates another history than its master's";
    }
  }
  return "";
}

// A replica may be asked after a ping of its master that the master had not sent when
// it was asked: a few bytes. Further ahead is one whose master has begun anew, behind a
// link that has been dead since.
constexpr std::int64_t kPingBytes = 256;

std::string JudgeOffsets(const std::map<std::string, Testimony>& all) {
  std::map<std::string, std::int64_t> masters;
  for (const auto& [name, said] : all) {
    const NodeView* self = said.view.Myself();
    if (self != nullptr && self->master) masters[self->id] = said.replication.offset;
  }
  for (const auto& [name, said] : all) {
    const NodeView* self = said.view.Myself();
    if (self == nullptr || self->master || !masters.contains(self->master_id)) continue;
    const std::int64_t behind = masters[self->master_id] - said.replication.offset;
    if (behind > 0) return name + " is " + std::to_string(behind) + " bytes behind";
    if (-behind > kPingBytes) {
      return name + " is " + std::to_string(-behind) + " bytes ahead of its master";
    }
  }
  return "";
}

}  // namespace

HealthReport CheckHealth(Cluster& cluster, const std::set<std::string>& absent,
                         bool compare_offsets) {
  HealthReport report;
  std::map<std::string, Testimony> all;
  std::set<std::string> alive_ids;
  const auto note = [&report](const std::string& problem,
                              const std::string& culprit = "") {
    if (!report.problem.empty()) return;
    report.problem = problem;
    report.culprit = culprit;
  };
  for (const std::string& name : cluster.nodes()) {
    if (absent.contains(name)) continue;
    auto said = Ask(cluster, name);
    if (!said.ok()) {
      note(name + " does not answer: " + said.message(), name);
      continue;
    }
    const std::string wrong = JudgeNode(*said, cluster.nodes().size());
    if (!wrong.empty()) note(name + ": " + wrong, name);
    if (const NodeView* self = said->view.Myself()) alive_ids.insert(self->id);
    report.views[name] = said->view;
    all.emplace(name, std::move(*said));
  }
  for (const auto& [name, said] : all) {
    if (MapOf(said.view) != MapOf(all.begin()->second.view)) {
      note(name + " and " + all.begin()->first + " do not agree who owns which slot");
    }
  }
  const std::string flags = JudgeFlags(all, alive_ids);
  if (!flags.empty()) note(flags);
  const std::string roles = JudgeRoles(all);
  if (!roles.empty()) note(roles);
  const std::string histories = JudgeHistories(all);
  if (!histories.empty()) note(histories);
  const std::string offsets = compare_offsets ? JudgeOffsets(all) : "";
  if (!offsets.empty()) note(offsets);
  return report;
}

}  // namespace slotquake
