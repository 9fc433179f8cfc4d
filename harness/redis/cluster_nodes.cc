#include "harness/redis/cluster_nodes.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace slotquake {
namespace {

constexpr std::size_t kIdLength = 40;
constexpr std::size_t kFieldsBeforeSlots = 8;

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool IsNodeId(std::string_view id) {
  return id.size() == kIdLength && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// host:port@cport[,hostname[,name=value]...]; the host may be an IPv6 address.
bool ParseAddress(std::string_view field, NodeView& node) {
  field = field.substr(0, field.find(','));
  field = field.substr(0, field.find('@'));
  const std::size_t colon = field.rfind(':');
  if (colon == std::string_view::npos) return false;
  node.address = field.substr(0, colon);
  return ParseNumber(field.substr(colon + 1), node.port) && node.port >= 0 &&
         node.port <= 65535;
}

void ParseFlags(std::string_view field, NodeView& node) {
  for (const std::string_view flag : Split(field, ',')) {
    if (flag == "myself") node.myself = true;
    if (flag == "master") node.master = true;
    if (flag == "fail?") node.pfail = true;
    if (flag == "fail") node.fail = true;
    if (flag == "handshake") node.handshake = true;
  }
}

// "5", "0-5460", or an open slot "[93-<-id]" or "[93->-id]".
bool ParseSlots(std::string_view field, NodeView& node) {
  if (field.starts_with('[')) {
    node.open_slots = true;
    return field.ends_with(']');
  }
  SlotRange range;
  const std::size_t dash = field.find('-');
  if (!ParseNumber(field.substr(0, dash), range.first)) return false;
  range.last = range.first;
  if (dash != std::string_view::npos &&
      !ParseNumber(field.substr(dash + 1), range.last)) {
    return false;
  }
  if (range.first < 0 || range.first > range.last || range.last >= kSlots) return false;
  node.slots.push_back(range);
  return true;
}

// Some servers repeat their own range, once more with every CLUSTER SHARDS call.
void MergeRanges(std::vector<SlotRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const SlotRange& a, const SlotRange& b) {
    return std::pair(a.first, a.last) < std::pair(b.first, b.last);
  });
  std::vector<SlotRange> merged;
  for (const SlotRange& range : ranges) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  ranges = std::move(merged);
}

std::optional<NodeView> ParseLine(std::string_view line) {
  const std::vector<std::string_view> fields = Split(line, ' ');
  if (fields.size() < kFieldsBeforeSlots || !IsNodeId(fields[0])) return std::nullopt;
  NodeView node;
  node.id = fields[0];
  if (!ParseAddress(fields[1], node)) return std::nullopt;
  ParseFlags(fields[2], node);
  if (fields[3] != "-") {
    if (!IsNodeId(fields[3])) return std::nullopt;
    node.master_id = fields[3];
  }
  if (!ParseNumber(fields[6], node.config_epoch)) return std::nullopt;
  if (fields[7] != "connected" && fields[7] != "disconnected") return std::nullopt;
  node.connected = fields[7] == "connected";
  for (std::size_t i = kFieldsBeforeSlots; i < fields.size(); ++i) {
    if (!fields[i].empty() && !ParseSlots(fields[i], node)) return std::nullopt;
  }
  MergeRanges(node.slots);
  return node;
}

Status Broken(std::string_view what, std::string_view line) {
  return Status::Error("CLUSTER NODES: " + std::string(what) + ": \"" +
                       std::string(line.substr(0, 200)) + "\"");
}

}  // namespace

Result<ClusterView> ParseClusterNodes(std::string_view text) {
  ClusterView view;
  std::unordered_set<std::string> seen;
  int selves = 0;
  for (std::string_view line : Split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    std::optional<NodeView> node = ParseLine(line);
    if (!node) return Broken("cannot read the line", line);
    if (!seen.insert(node->id).second) return Broken("a node comes twice", line);
    if (node->myself) ++selves;
    view.nodes.push_back(std::move(*node));
  }
  if (selves != 1) {
    return Broken(std::to_string(selves) + " nodes are \"myself\", not one", text);
  }
  return view;
}

}  // namespace slotquake
