#include "harness/faults/slot_moves.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "harness/faults/asking.h"
#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

constexpr const char* kMigrateLimitMs = "1000";
constexpr int kTriesToDrop = 20;

// Slots of the node's own line with this mark behind them.
std::set<int> Marked(const std::string& cluster_nodes, const std::string& mark) {
  std::set<int> marked;
  std::istringstream lines(cluster_nodes);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("myself") == std::string::npos) continue;
    for (std::size_t at = line.find('['); at != std::string::npos;
         at = line.find('[', at + 1)) {
      const std::size_t end = line.find_first_not_of("0123456789", at + 1);
      if (end == std::string::npos || line.compare(end, mark.size(), mark) != 0)
        continue;
      marked.insert(std::atoi(line.c_str() + at + 1));
    }
  }
  return marked;
}

Status SetSlot(Cluster& cluster, const std::string& node, int slot,
               std::vector<std::string> how) {
  std::vector<std::string> command = {"CLUSTER", "SETSLOT", std::to_string(slot)};
  command.insert(command.end(), how.begin(), how.end());
  return Ask(cluster, node, command).status();
}

Result<std::vector<std::string>> KeysOf(Cluster& cluster, const std::string& node,
                                        int slot, int count) {
  const auto reply =
      Ask(cluster, node,
          {"CLUSTER", "GETKEYSINSLOT", std::to_string(slot), std::to_string(count)});
  if (!reply.ok()) return reply.status();
  std::vector<std::string> keys;
  for (const Reply& key : reply->elements) keys.push_back(key.text);
  return keys;
}

Status Migrate(Cluster& cluster, const std::string& from, const std::string& to,
               const std::vector<std::string>& keys) {
  const Endpoint at = cluster.ClientEndpoint(to);
  std::vector<std::string> command = {"MIGRATE", at.host, std::to_string(at.port),
                                      "",        "0",     kMigrateLimitMs};
  if (!cluster.password().empty()) {
    command.insert(command.end(), {"AUTH", cluster.password()});
  }
  command.emplace_back("KEYS");
  command.insert(command.end(), keys.begin(), keys.end());
  return Ask(cluster, from, command, seconds(5)).status();
}

Status MoveAllKeys(Cluster& cluster, int slot, const Member& from, const Member& to,
                   int keys_at_once) {
  for (;;) {
    const auto moved = MoveKeys(cluster, slot, from, to, keys_at_once);
    if (!moved.ok() || *moved == 0) return moved.status();
  }
}

// Removes a key of a slot that the node has open. ASKING holds for the next command of
// its connection, which need not be the one that the platform takes for DEL.
Status Drop(Cluster& cluster, const std::string& node, const std::string& key) {
  Status dropped = Status::Ok();
  for (int i = 0; i < kTriesToDrop; ++i) {
    const auto asking = Ask(cluster, node, {"ASKING"});
    if (!asking.ok()) return asking.status();
    dropped = Ask(cluster, node, {"DEL", key}).status();
    if (dropped.ok()) return dropped;
  }
  return dropped;
}

// The keys that `from` holds of a slot that is not its own.
Status SendHome(Cluster& cluster, int slot, const Member& from, const Member& owner,
                int keys_at_once) {
  // MIGRATE sends keys of a slot that is not one's own only while it is open.
  const Status open = SetSlot(cluster, from.node, slot, {"IMPORTING", owner.id});
  if (!open.ok()) return open;
  return MoveAllKeys(cluster, slot, from, owner, keys_at_once);
}

Status CloseSlot(Cluster& cluster, int slot, const std::vector<MasterSays>& masters,
                 int keys_at_once) {
  const auto owner = OwnerByAll(masters, slot);
  if (!owner.ok()) return owner.status();
  const bool owner_has_it_open =
      std::any_of(masters.begin(), masters.end(), [&](const MasterSays& said) {
        return said.master.id == owner->id && said.open.contains(slot);
      });
  for (const MasterSays& said : masters) {
    if (said.master.id == owner->id) continue;
    const auto left = KeysOf(cluster, said.master.node, slot, 1);
    if (!left.ok()) return left.status();
    if (left->empty()) continue;
    // Such an owner redirects (ASK) whatever it has not, also what it is sent: the rest
    // follows, as redis-cli --cluster fix does it.
    if (owner_has_it_open) {
      return MoveSlot(cluster, slot, *owner, said.master, keys_at_once);
    }
    const Status sent = SendHome(cluster, slot, said.master, *owner, keys_at_once);
    if (!sent.ok()) return sent;
  }
  for (const MasterSays& said : masters) {
    Status closed = SetSlot(cluster, said.master.node, slot, {"STABLE"});
    const NodeView* named = said.view.OwnerOf(slot);
    // One that imported may have missed that the owner was replaced.
    if (closed.ok() && (named == nullptr || named->id != owner->id)) {
      closed = SetSlot(cluster, said.master.node, slot, {"NODE", owner->id});
    }
    if (!closed.ok()) return closed;
  }
  return Status::Ok();
}

}  // namespace

std::set<int> OpenSlotsIn(const std::string& cluster_nodes) {
  std::set<int> open = Marked(cluster_nodes, "->-");
  open.merge(Marked(cluster_nodes, "-<-"));
  return open;
}

std::set<int> ImportingIn(const std::string& cluster_nodes) {
  return Marked(cluster_nodes, "-<-");
}

Status OpenSlot(Cluster& cluster, int slot, const Member& from, const Member& to) {
  const Status importing = SetSlot(cluster, to.node, slot, {"IMPORTING", from.id});
  if (!importing.ok()) return importing;
  return SetSlot(cluster, from.node, slot, {"MIGRATING", to.id});
}

Result<int> MoveKeys(Cluster& cluster, int slot, const Member& from, const Member& to,
                     int count) {
  const auto keys = KeysOf(cluster, from.node, slot, count);
  if (!keys.ok()) return keys.status();
  if (keys->empty()) return 0;
  const Status moved = Migrate(cluster, from.node, to.node, *keys);
  if (moved.ok()) return static_cast<int>(keys->size());
  if (moved.message().find("BUSYKEY") == std::string::npos) return moved;
  for (const std::string& key : *keys) {
    const Status one = Migrate(cluster, from.node, to.node, {key});
    if (one.ok()) continue;
    if (one.message().find("BUSYKEY") == std::string::npos) return one;
    const Status dropped = Drop(cluster, from.node, key);
    if (!dropped.ok()) return dropped;
  }
  return static_cast<int>(keys->size());
}

Status HandOver(Cluster& cluster, int slot, const Member& from, const Member& to) {
  Status done = SetSlot(cluster, to.node, slot, {"NODE", to.id});
  if (done.ok()) done = SetSlot(cluster, from.node, slot, {"NODE", to.id});
  return done;
}

Status MoveSlot(Cluster& cluster, int slot, const Member& from, const Member& to,
                int keys_at_once) {
  const Status opened = OpenSlot(cluster, slot, from, to);
  if (!opened.ok()) return opened;
  const Status moved = MoveAllKeys(cluster, slot, from, to, keys_at_once);
  if (!moved.ok()) return moved;
  return HandOver(cluster, slot, from, to);
}

std::vector<MasterSays> AskMasters(Cluster& cluster) {
  std::vector<MasterSays> masters;
  for (const std::string& node : cluster.nodes()) {
    if (IsDown(cluster, node)) continue;
    const auto nodes = Ask(cluster, node, {"CLUSTER", "NODES"});
    auto view = nodes.ok() ? ParseClusterNodes(nodes->text)
                           : Result<ClusterView>(nodes.status());
    const NodeView* self = view.ok() ? view->Myself() : nullptr;
    if (self == nullptr || !self->master) continue;
    const Member member{node, self->id};
    masters.push_back(
        {member, std::move(*view), OpenSlotsIn(nodes->text), ImportingIn(nodes->text)});
  }
  return masters;
}

Result<Member> OwnerByAll(const std::vector<MasterSays>& masters, int slot) {
  std::string owner;
  for (const MasterSays& said : masters) {
    if (said.importing.contains(slot)) continue;
    const NodeView* named = said.view.OwnerOf(slot);
    const std::string id = named == nullptr ? "nobody" : named->id;
    if (!owner.empty() && owner != id) {
      return Status::Error("the masters do not agree who owns slot " +
                           std::to_string(slot));
    }
    owner = id;
  }
  for (const MasterSays& said : masters) {
    if (said.master.id == owner) return said.master;
  }
  return Status::Error("nobody who lives owns slot " + std::to_string(slot));
}

Status CloseOpenSlots(Cluster& cluster, int keys_at_once) {
  const std::vector<MasterSays> masters = AskMasters(cluster);
  std::set<int> open;
  for (const MasterSays& said : masters)
    open.insert(said.open.begin(), said.open.end());
  for (const int slot : open) {
    const Status closed = CloseSlot(cluster, slot, masters, keys_at_once);
    if (!closed.ok()) return closed;
  }
  return Status::Ok();
}

}  // namespace slotquake
