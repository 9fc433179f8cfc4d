#include "harness/check/cluster_state.h"

#include <algorithm>
#include <map>

#include "harness/check/evidence.h"
#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"

namespace slotquake {
namespace {

const NodeState* Find(const std::vector<NodeState>& nodes, const std::string& id) {
  for (const NodeState& node : nodes) {
    if (node.id == id) return &node;
  }
  return nullptr;
}

// The owner of every slot in this view, as node ids; "" where there is none.
std::vector<std::string> OwnerIds(const ClusterView& view) {
  std::vector<std::string> owners(kSlots);
  for (const NodeView& node : view.nodes) {
    if (!node.master) continue;
    for (const SlotRange& range : node.slots) {
      for (int slot = range.first; slot <= range.last; ++slot) {
        owners[static_cast<std::size_t>(slot)] = node.id;
      }
    }
  }
  return owners;
}

void CompareOwners(const std::vector<NodeState>& nodes,
                   std::vector<std::string>& problems) {
  const NodeState* reference = nullptr;
  std::vector<std::string> expected;
  for (const NodeState& node : nodes) {
    if (!node.view) continue;
    const std::vector<std::string> owners = OwnerIds(*node.view);
    const auto unowned = std::count(owners.begin(), owners.end(), "");
    if (unowned > 0) {
      problems.push_back(node.name + " knows no owner of " + Counted(unowned, "slot"));
    }
    if (reference == nullptr) {
      reference = &node;
      expected = owners;
      continue;
    }
    int different = 0;
    for (std::size_t slot = 0; slot < owners.size(); ++slot) {
      different += owners[slot] != expected[slot] ? 1 : 0;
    }
    if (different > 0) {
      problems.push_back(node.name + " and " + reference->name +
                         " disagree on the owner of " + Counted(different, "slot"));
    }
  }
}

void CheckEpochs(const std::vector<NodeState>& nodes,
                 std::vector<std::string>& problems) {
  std::map<std::int64_t, std::string> owner_of;
  std::int64_t greatest = 0;
  for (const NodeState& node : nodes) {
    if (!node.IsMaster()) continue;
    const NodeView* self = node.view->Myself();
    if (self->slots.empty()) continue;
    greatest = std::max(greatest, self->config_epoch);
    const auto [it, is_new] = owner_of.try_emplace(self->config_epoch, node.name);
    if (!is_new) {
      problems.push_back(it->second + " and " + node.name +
                         " have the same config epoch " +
                         std::to_string(self->config_epoch));
    }
  }
  for (const NodeState& node : nodes) {
    if (node.info == nullptr) continue;
    const std::int64_t current = Number(*node.info, "current_epoch", greatest);
    if (current < greatest) {
      problems.push_back(node.name + "'s current epoch " + std::to_string(current) +
                         " is below the config epoch " + std::to_string(greatest));
    }
  }
}

void CheckFlags(const RunRecord& record, const std::vector<NodeState>& nodes,
                std::vector<std::string>& problems) {
  for (const NodeState& node : nodes) {
    if (!node.view) continue;
    for (const NodeView& other : node.view->nodes) {
      const std::string name = NameOf(record, other.id);
      if (other.open_slots && other.myself) {
        problems.push_back(node.name + " has migrating or importing slots");
      }
      if ((other.pfail || other.fail) && Find(nodes, other.id) != nullptr) {
        problems.push_back(node.name + " holds " + name + " for " +
                           (other.fail ? "failing" : "possibly failing"));
      }
      if (other.handshake)
        problems.push_back(node.name + " has " + name + " in handshake");
    }
    if (node.info != nullptr && Text(*node.info, "state") == "fail") {
      problems.push_back("the cluster state of " + node.name + " is fail");
    }
  }
}

void CheckLinks(const std::vector<NodeState>& nodes,
                std::vector<std::string>& problems) {
  for (const NodeState& node : nodes) {
    if (!node.view || node.IsMaster()) continue;
    if (node.replication == nullptr) {
      problems.push_back("nobody saw " + node.name + "'s replication link");
    } else if (!Flag(*node.replication, "link_up")) {
      problems.push_back(node.name + "'s link to its master is down");
    } else if (Flag(*node.replication, "syncing")) {
      problems.push_back(node.name + " is still synchronising");
    }
  }
}

// Since when the replica has been off its master's last offset, or the master's has
// been off the replica's; nothing when they are equal.
std::optional<Nanos> UnequalSince(const RunRecord& record, const NodeState& replica,
                                  const NodeState& master) {
  const std::int64_t copied = Number(*replica.replication, "offset");
  const std::int64_t written = Number(*master.replication, "offset");
  if (copied == written) return std::nullopt;
  const std::string& ahead = copied < written ? master.name : replica.name;
  std::optional<Nanos> since;
  for (const Observation& seen : record.observations) {
    if (seen.kind != observation_kind::kReplication || seen.node != ahead) continue;
    const bool beyond = Number(seen, "offset") > std::min(copied, written);
    if (!beyond) since.reset();
    if (beyond && !since) since = seen.at;
  }
  return since;
}

}  // namespace

bool NodeState::IsMaster() const {
  const NodeView* self = view ? view->Myself() : nullptr;
  return self != nullptr && self->master;
}

std::vector<NodeState> StateAt(const RunRecord& record, Nanos at,
                               const std::set<std::string>& without) {
  std::vector<NodeState> nodes;
  std::map<std::string, std::size_t> index;
  for (const NodeRecord& node : record.nodes) {
    if (without.contains(node.name)) continue;
    index[node.name] = nodes.size();
    nodes.push_back(
        {node.name, node.id, true, std::nullopt, nullptr, nullptr, nullptr});
  }
  std::vector<const Observation*> views(nodes.size(), nullptr);
  for (const Observation& seen : record.observations) {
    if (seen.at > at) break;
    const auto it = index.find(seen.node);
    if (it == index.end()) continue;
    NodeState& node = nodes[it->second];
    if (seen.kind == observation_kind::kView) views[it->second] = &seen;
    if (seen.kind == observation_kind::kClusterInfo) node.info = &seen;
    if (seen.kind == observation_kind::kReplication) node.replication = &seen;
    if (seen.kind == observation_kind::kDigest) node.digest = &seen;
    if (seen.kind == observation_kind::kUnreachable) node.reachable = false;
    if (seen.kind == observation_kind::kReachable) node.reachable = true;
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (views[i] != nullptr) nodes[i].view = views[i]->data.get<ClusterView>();
  }
  return nodes;
}

std::vector<Owner> OwnersOf(const RunRecord& record,
                            const std::vector<NodeState>& nodes) {
  std::vector<Owner> owners;
  for (const NodeState& node : nodes) {
    if (!node.view) continue;
    for (const NodeView& other : node.view->nodes) {
      if (!other.master || other.slots.empty()) continue;
      owners.push_back({other.slots, NameOf(record, other.id), other.config_epoch});
    }
    break;
  }
  std::sort(owners.begin(), owners.end(), [](const Owner& a, const Owner& b) {
    return a.slots.front().first < b.slots.front().first;
  });
  return owners;
}

std::vector<std::string> Disagreements(const RunRecord& record,
                                       const std::vector<NodeState>& nodes) {
  std::vector<std::string> problems;
  for (const NodeState& node : nodes) {
    if (!node.view) problems.push_back("nobody saw " + node.name + "'s view");
    if (!node.reachable) problems.push_back(node.name + " does not answer");
  }
  CompareOwners(nodes, problems);
  CheckEpochs(nodes, problems);
  CheckFlags(record, nodes, problems);
  CheckLinks(nodes, problems);
  return problems;
}

std::vector<std::string> Unequal(const RunRecord& record,
                                 const std::vector<NodeState>& nodes) {
  constexpr Nanos kTolerated{1'000'000'000};
  std::vector<std::string> problems;
  const Nanos end = record.rest.until > Nanos(0) ? record.rest.until : EndOf(record);
  for (const NodeState& node : nodes) {
    const NodeView* self = node.view ? node.view->Myself() : nullptr;
    if (self == nullptr || self->master) continue;
    const NodeState* master = Find(nodes, self->master_id);
    if (master == nullptr) continue;
    if (node.replication != nullptr && master->replication != nullptr) {
      const auto since = UnequalSince(record, node, *master);
      if (since && end - *since > kTolerated) {
        problems.push_back(node.name + "'s offset " +
                           Grouped(Number(*node.replication, "offset")) + " is not " +
                           master->name + "'s " +
                           Grouped(Number(*master->replication, "offset")));
      }
    }
    if (node.digest != nullptr && master->digest != nullptr &&
        Text(*node.digest, "digest") != Text(*master->digest, "digest")) {
      problems.push_back(node.name + "'s data differ from " + master->name +
                         "'s (digest)");
    }
  }
  return problems;
}

}  // namespace slotquake
