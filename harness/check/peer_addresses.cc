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

// Whether some other node has a link to it at this address. (A link in the making
// counts as connected, too, so one to another address says nothing.)
bool ReachedAt(const std::vector<NodeState>& nodes, const std::string& id,
               const std::string& address) {
  for (const NodeState& node : nodes) {
    if (!node.view) continue;
    for (const NodeView& peer : node.view->nodes) {
      if (!peer.myself && peer.id == id && peer.connected && peer.address == address) {
        return true;
      }
    }
  }
  return false;
}

// "redis-0 says that it is at 10.0.0.1, which it has left: the others reach it at
// 10.0.0.9": clients that ask it are sent where nobody is. "" where it is right.
std::string WrongAboutItself(const std::vector<NodeState>& nodes, const NodeState& node,
                             const std::map<std::string, std::string>& at) {
  const NodeView* self = node.view->Myself();
  if (self == nullptr || self->address.empty()) return "";
  const auto now = at.find(self->id);
  if (now == at.end() || now->second.empty() || self->address == now->second) return "";
  if (!ReachedAt(nodes, self->id, now->second)) return "";
  return node.name + " says that it is at " + self->address +
         ", which it has left: the others reach it at " + now->second;
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
    const std::string wrong = WrongAboutItself(nodes, node, at);
    if (!wrong.empty()) found.stale.push_back(wrong);
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
