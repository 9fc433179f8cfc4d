#ifndef SLOTQUAKE_HARNESS_HISTORY_CLUSTER_VIEW_H_
#define SLOTQUAKE_HARNESS_HISTORY_CLUSTER_VIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace slotquake {

inline constexpr int kSlots = 16384;

// Slots first..last, both included.
struct SlotRange {
  int first = 0;
  int last = 0;
  bool operator==(const SlotRange&) const = default;
};

// How many slots the ranges hold. They must not overlap.
int CountSlots(const std::vector<SlotRange>& ranges);
bool ContainsSlot(const std::vector<SlotRange>& ranges, int slot);
// "0-5460, 7000".
std::string ToString(const std::vector<SlotRange>& ranges);

// One line of CLUSTER NODES: what one node believes of one node.
struct NodeView {
  std::string id;
  std::string address;  // host of host:port@cport
  int port = 0;
  bool myself = false;
  bool master = false;
  bool pfail = false;  // flag "fail?"
  bool fail = false;   // flag "fail"
  bool handshake = false;
  std::string master_id;  // of a replica; else empty
  std::int64_t config_epoch = 0;
  bool connected = false;
  std::vector<SlotRange> slots;
  bool open_slots = false;  // has migrating or importing slots
  bool operator==(const NodeView&) const = default;
};

// One node's CLUSTER NODES: the whole map as it believes it.
struct ClusterView {
  std::vector<NodeView> nodes;

  // nullptr where there is none.
  const NodeView* Find(const std::string& id) const;
  const NodeView* Myself() const;
  // The master that this view gives `slot` to, or nullptr.
  const NodeView* OwnerOf(int slot) const;
  bool operator==(const ClusterView&) const = default;
};

// A range is [first, last] in JSON; the structs are objects of their fields.
void to_json(nlohmann::json& json, const SlotRange& range);
void from_json(const nlohmann::json& json, SlotRange& range);
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NodeView, id, address, port, myself, master, pfail,
                                   fail, handshake, master_id, config_epoch, connected,
                                   slots, open_slots)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ClusterView, nodes)

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HISTORY_CLUSTER_VIEW_H_
