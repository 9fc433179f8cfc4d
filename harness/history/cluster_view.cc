#include "harness/history/cluster_view.h"

#include <algorithm>

namespace slotquake {

int CountSlots(const std::vector<SlotRange>& ranges) {
  int count = 0;
  for (const SlotRange& range : ranges) count += range.last - range.first + 1;
  return count;
}

bool ContainsSlot(const std::vector<SlotRange>& ranges, int slot) {
  return std::any_of(ranges.begin(), ranges.end(), [slot](const SlotRange& r) {
    return r.first <= slot && slot <= r.last;
  });
}

std::string ToString(const std::vector<SlotRange>& ranges) {
  std::string text;
  for (const SlotRange& range : ranges) {
    if (!text.empty()) text += ", ";
    text += std::to_string(range.first);
    if (range.last != range.first) text += "-" + std::to_string(range.last);
  }
  return text;
}

const NodeView* ClusterView::Find(const std::string& id) const {
  for (const NodeView& node : nodes) {
    if (node.id == id) return &node;
  }
  return nullptr;
}

const NodeView* ClusterView::Myself() const {
  for (const NodeView& node : nodes) {
    if (node.myself) return &node;
  }
  return nullptr;
}

const NodeView* ClusterView::OwnerOf(int slot) const {
  for (const NodeView& node : nodes) {
    if (ContainsSlot(node.slots, slot)) return &node;
  }
  return nullptr;
}

void to_json(nlohmann::json& json, const SlotRange& range) {
  json = nlohmann::json::array({range.first, range.last});
}

void from_json(const nlohmann::json& json, SlotRange& range) {
  range.first = json.at(0).get<int>();
  range.last = json.at(1).get<int>();
}

}  // namespace slotquake
