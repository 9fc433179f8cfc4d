#include "harness/check/peer_addresses.h"

#include <map>

#include "harness/check/evidence.h"
#include "harness/check/figures.h"

namespace slotquake {
namespace {

// Where each node was last, by id.
std::map<std::string, std::string> AddressesAtTheEnd(const RunRecord& record) {
  std::map<std::string, std::string> at;
  for (const NodeRecord& node : record.nodes) at[node.id] = node.address;
  for (const Observation& seen : record.observations) {
    if (seen.kind != "address" && seen.kind != observation_kind::kPod) continue;
    const NodeRecord* node = record.FindNode(seen.node);
    const std::string address = Text(seen, "address");
    if (node != nullptr && !address.empty()) at[node->id] = address;
  }
  return at;
}

// "redis-0 only at 10.0.0.1, which it has left for 10.0.0.9".
std::string LeftBehind(const std::string& name, const std::string& known,
                       const std::string& now) {
  return name + " only at " + known + ", which it has left for " + now;
}

// Where the others reach it, where that is not where it says that it is itself: clients
// that ask it are sent where nobody is. "" where they agree.
std::string ReachedElsewhere(const std::vector<NodeState>& nodes,
                             const NodeView& self) {
  std::string reached;
  for (const NodeState& node : nodes) {
    if (!node.view) continue;
    for (const NodeView& peer : node.view->nodes) {
      if (peer.myself || peer.id != self.id || !peer.connected) continue;
      if (peer.address == self.address) return "";
      reached = peer.address;
    }
  }
  return reached;
}

}  // namespace

PeerAddresses ComparePeerAddresses(const RunRecord& record,
                                   const std::vector<NodeState>& nodes) {
  const std::map<std::string, std::string> at = AddressesAtTheEnd(record);
  PeerAddresses found;
  std::size_t seen = 0;
  std::string example;
  for (const NodeState& node : nodes) {
    if (!node.view) continue;
    ++seen;
    const NodeView* self = node.view->Myself();
    if (self != nullptr && !self->address.empty()) {
      const std::string reached = ReachedElsewhere(nodes, *self);
      if (!reached.empty()) {
        found.stale.push_back(node.name + " says that it is at " + self->address +
                              ", where nobody is: the others reach it at " + reached);
      }
    }
    std::int64_t peers = 0;
    std::int64_t left = 0;
    std::string first;
    for (const NodeView& peer : node.view->nodes) {
      const auto now = at.find(peer.id);
      if (peer.myself || now == at.end() || peer.address.empty()) continue;
      ++peers;
      if (peer.connected || now->second.empty() || peer.address == now->second)
        continue;
      ++left;
      if (first.empty()) {
        first = LeftBehind(NameOf(record, peer.id), peer.address, now->second);
      }
    }
    if (left == 0) continue;
    found.stale.push_back(
        node.name + " knows " + first +
        (left > 1 ? "; and " + Counted(left - 1, "peer") + " likewise" : ""));
    if (left < peers) continue;
    found.cut_off.push_back(node.name);
    if (example.empty()) example = first;
  }
  if (seen > 1 && found.cut_off.size() == seen) {
    found.cause = "no reachable peer address: every node has moved, and each of the " +
                  Counted(static_cast<std::int64_t>(seen), "node") +
                  " knows the others only where they were (" + found.cut_off.front() +
                  " knows " + example + ")";
  }
  return found;
}

}  // namespace slotquake
