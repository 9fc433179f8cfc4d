#ifndef SLOTQUAKE_HARNESS_HIT_COUNTER_CLUSTER_CLIENT_H_
#define SLOTQUAKE_HARNESS_HIT_COUNTER_CLUSTER_CLIENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/history/operation.h"
#include "harness/redis/connection.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/slot_map.h"

namespace slotquake {

// What came of one hit: of its last attempt, if redirects led to several.
struct Hit {
  Outcome outcome = Outcome::kRejected;
  std::int64_t value = -1;  // of an acked one
  std::string node;         // "ip:port" that answered or was asked last; "": none
  std::string error;        // why it was not acked
  int attempts = 0;
};

// A client of a Redis Cluster that counts and never counts twice: it follows MOVED
// and ASK and goes on to a slot's new owner where an attempt was certainly not
// executed, and never repeats one whose fate is unknown. Where all servers have left
// their addresses it finds them again by any seed that still leads to one: a seed may
// be a name or an address that stands for several. Thread-safe: each call has
// connections of its own while it lasts.
class ClusterClient {
 public:
  // `timeout` bounds each attempt, `connect_timeout` the connecting before it. The
  // cluster may be out of reach; it is looked for at each hit. `password` of the
  // servers; "": none.
  ClusterClient(const std::vector<Endpoint>& seeds, Nanos timeout,
                Nanos connect_timeout, std::string password = "");

  // INCR key.
  Hit Increment(const std::string& key);

 private:
  // The connections of one call, by number of the server; kept for later calls.
  using Session = std::map<int, Connection>;

  // Where the next attempt goes.
  struct Target {
    int node = SlotMap::kNobody;
    bool asking = false;
  };

  std::unique_ptr<Session> Borrow();
  void GiveBack(std::unique_ptr<Session> session);
  Target OwnerOf(int slot);
  Endpoint EndpointOf(int node);
  void Suspect(int node);
  void MarkAlive(int node);

  // One attempt. True: the hit's outcome stands. False: it was not executed, and
  // `target` says where to try next.
  bool Attempt(Session& session, const std::string& key, Target& target, Hit& hit);
  bool AfterFailure(Session& session, Target& target, int slot, IoFailure failure,
                    Hit& hit);
  bool AfterError(Target& target, const std::string& error, Hit& hit);

  // Asks servers for the slots if the map is in doubt and nobody asked just now.
  void RefreshIfStale(Session& session);
  bool AskForSlots(Session& session);
  // nullptr, and `why` says it, where it can not be connected.
  Connection* ConnectionTo(Session& session, int node, Nanos limit, std::string& why);

  const std::string password_;
  const Nanos timeout_;
  const Nanos connect_timeout_;
  std::mutex mutex_;
  SlotMap map_;  // all below guarded by mutex_
  bool stale_ = true;
  Nanos refreshed_{0};
  int next_asked_ = 0;
  std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HIT_COUNTER_CLUSTER_CLIENT_H_
