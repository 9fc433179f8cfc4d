#ifndef SLOTQUAKE_HARNESS_REDIS_SLOT_MAP_H_
#define SLOTQUAKE_HARNESS_REDIS_SLOT_MAP_H_

#include <array>
#include <cstdint>
#include <vector>

#include "harness/base/status.h"
#include "harness/history/cluster_view.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reply.h"

namespace slotquake {

// A client's belief of which server owns which slot. Servers are numbered in the
// order in which they were first heard of, and keep their numbers for good.
//
// A server that failed is *suspect* until it answers again: a CLUSTER SLOTS reply
// (which carries no epoch, and may come from a node that has not heard of the
// failover yet) does not take a slot from a server that works to give it to one
// that is suspect. Not thread-safe.
class SlotMap {
 public:
  static constexpr int kNobody = -1;

  SlotMap() { owners_.fill(kNobody); }

  // The number of the slot's owner, or kNobody.
  int OwnerOf(int slot) const { return owners_[static_cast<std::size_t>(slot)]; }

  // The number of that server, new if it was not known.
  int NumberOf(const Endpoint& endpoint);
  const Endpoint& EndpointOf(int number) const {
    return endpoints_[static_cast<std::size_t>(number)];
  }
  int size() const { return static_cast<int>(endpoints_.size()); }

  // One slot's owner, as MOVED says it.
  void Assign(int slot, int number) {
    owners_[static_cast<std::size_t>(slot)] = static_cast<std::int16_t>(number);
  }

  // Takes over the reply to CLUSTER SLOTS of the node at `asked`, whose host
  // stands in where the reply names none. Slots that it leaves out keep their
  // owner: who refuses them says so better than an empty map. An error, and
  // nothing is changed, if the reply is not of that form.
  Status Update(const Reply& cluster_slots, const Endpoint& asked);

  void SetSuspect(int number, bool suspect) {
    suspects_[static_cast<std::size_t>(number)] = suspect;
  }
  bool IsSuspect(int number) const {
    return suspects_[static_cast<std::size_t>(number)];
  }

  // The slots of each owner, owners in the order of their lowest slot.
  std::vector<std::vector<SlotRange>> RangesByOwner() const;

 private:
  std::array<std::int16_t, kSlots> owners_;
  std::vector<Endpoint> endpoints_;
  std::vector<bool> suspects_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_SLOT_MAP_H_
