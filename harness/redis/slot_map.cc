#include "harness/redis/slot_map.h"

#include <algorithm>
#include <map>

namespace slotquake {
namespace {

// One entry of CLUSTER SLOTS: [first, last, [host, port, id, ...], replicas...].
struct Entry {
  int first = 0;
  int last = 0;
  Endpoint master;
};

bool ReadEntry(const Reply& reply, const Endpoint& asked, Entry& entry) {
  if (reply.elements.size() < 3) return false;
  const Reply& first = reply.elements[0];
  const Reply& last = reply.elements[1];
  const std::vector<Reply>& master = reply.elements[2].elements;
  if (first.type != ReplyType::kInteger || last.type != ReplyType::kInteger ||
      master.size() < 2 || master[1].type != ReplyType::kInteger) {
    return false;
  }
  if (first.integer < 0 || last.integer >= kSlots || first.integer > last.integer ||
      master[1].integer < 1 || master[1].integer > 65535) {
    return false;
  }
  entry.first = static_cast<int>(first.integer);
  entry.last = static_cast<int>(last.integer);
  // A null or empty host: "the one you asked me at". "?": not known either.
  const std::string& host = master[0].text;
  entry.master.host = host.empty() || host == "?" ? asked.host : host;
  entry.master.port = static_cast<int>(master[1].integer);
  return true;
}

}  // namespace

int SlotMap::NumberOf(const Endpoint& endpoint) {
  const auto it = std::find(endpoints_.begin(), endpoints_.end(), endpoint);
  if (it != endpoints_.end()) return static_cast<int>(it - endpoints_.begin());
  endpoints_.push_back(endpoint);
  suspects_.push_back(false);
  return size() - 1;
}

Status SlotMap::Update(const Reply& cluster_slots, const Endpoint& asked) {
  if (cluster_slots.type != ReplyType::kArray) {
    return Status::Error(ToString(asked) +
                         ": no reply to CLUSTER SLOTS: " + cluster_slots.text);
  }
  std::vector<Entry> entries;
  for (const Reply& reply : cluster_slots.elements) {
    if (!ReadEntry(reply, asked, entries.emplace_back())) {
      return Status::Error(ToString(asked) +
                           ": an entry of CLUSTER SLOTS is malformed");
    }
  }
  for (const Entry& entry : entries) {
    const int master = NumberOf(entry.master);
    for (int slot = entry.first; slot <= entry.last; ++slot) {
      const int present = OwnerOf(slot);
      const bool keep = present != kNobody && IsSuspect(master) && !IsSuspect(present);
      if (!keep) Assign(slot, master);
    }
  }
  return Status::Ok();
}

std::vector<std::vector<SlotRange>> SlotMap::RangesByOwner() const {
  std::vector<std::vector<SlotRange>> all;
  std::map<int, std::size_t> index;
  for (int slot = 0; slot < kSlots; ++slot) {
    const int owner = OwnerOf(slot);
    if (owner == kNobody) continue;
    const auto [it, is_new] = index.try_emplace(owner, all.size());
    if (is_new) all.emplace_back();
    std::vector<SlotRange>& ranges = all[it->second];
    if (!ranges.empty() && ranges.back().last == slot - 1) {
      ranges.back().last = slot;
    } else {
      ranges.push_back({slot, slot});
    }
  }
  return all;
}

}  // namespace slotquake
