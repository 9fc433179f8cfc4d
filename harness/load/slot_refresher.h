#ifndef SLOTQUAKE_HARNESS_LOAD_SLOT_REFRESHER_H_
#define SLOTQUAKE_HARNESS_LOAD_SLOT_REFRESHER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/load/poller.h"
#include "harness/redis/nonblocking_connection.h"
#include "harness/redis/slot_map.h"

namespace slotquake {

// Asks one node after another for CLUSTER SLOTS when the load has reason to
// believe that the map is out of date: at most every 20 ms, which is also how
// long the load may take to hear of a promotion that no MOVED tells it of. Lives
// in the load's thread.
class SlotRefresher {
 public:
  // Events of its sockets carry `token` with the low 32 bits replaced by a number.
  // `poller` and `map` must outlive it; the map must know at least one server.
  // `log_in` is sent before each question: AUTH as it goes on the wire, or "".
  SlotRefresher(Poller* poller, SlotMap* map, const std::string& log_in,
                std::uint64_t token);

  // The map is in doubt.
  void Request() { wanted_ = true; }

  // When Tick() has something to do.
  Nanos next() const;

  // Begins what is due and gives up what takes too long.
  void Tick(Nanos now);

  // An event that carried the token.
  void OnEvent(std::uint64_t token, Nanos now);

 private:
  int Choose(Nanos now);
  void Begin(Nanos now);
  void Abandon(Nanos now);
  void Continue(Nanos now);

  Poller* poller_;
  SlotMap* map_;
  const std::uint64_t token_;
  bool wanted_ = false;
  Nanos earliest_{0};  // of the next question
  Nanos deadline_{0};  // of the present one
  int asked_ = -1;
  std::uint32_t generation_ = 0;
  std::unique_ptr<NonblockingConnection> socket_;
  bool connected_ = false;
  const std::string command_;  // AUTH too, if any
  const int extra_replies_;    // that AUTH has
  int skip_ = 0;               // replies to come before that of CLUSTER SLOTS
  std::string_view rest_;
  std::vector<Nanos> avoid_until_;  // servers that did not answer
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_SLOT_REFRESHER_H_
