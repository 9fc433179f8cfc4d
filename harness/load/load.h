#ifndef SLOTQUAKE_HARNESS_LOAD_LOAD_H_
#define SLOTQUAKE_HARNESS_LOAD_LOAD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/history/cluster_view.h"
#include "harness/history/history.h"
#include "harness/load/key_plan.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// One load of one worker.
struct LoadConfig {
  OperationKind kind = OperationKind::kIncr;
  int worker = 0;        // 0..255
  int index = 0;         // 0..255, among the loads of the worker: part of the ids
  int first_client = 0;  // number of its first client: unique within the worker
  int clients = 16;      // each has one connection per node
  // A load may be spread over several workers. This part has the clients from
  // `first_in_load` on of the `clients_in_load` that there are in all (0: it is the
  // whole load); they do what they would do if one worker had all of them.
  int first_in_load = 0;
  int clients_in_load = 0;
  // Closed loop: a client sends when it has its answer, and not more often than makes
  // `rate` over all clients (0: as often as it can). Open loop: `rate`
  // operations per second over all clients of the load, at instants fixed beforehand; a
  // client that is still busy then sends late and keeps the instant it meant.
  bool open_loop = false;
  double rate = 0;
  Nanos timeout = std::chrono::milliseconds(500);          // sending and answer
  Nanos connect_timeout = std::chrono::milliseconds(500);  // before it
  // Each write that was done is followed by WAIT for so many replicas (0: by none), and
  // is acked when that many have it. When fewer have it in time, or WAIT has no answer
  // in `wait_timeout` and `timeout` together, its outcome is unknown.
  int wait_replicas = 0;
  Nanos wait_timeout{0};
  std::vector<Endpoint> seeds;  // nodes to learn the cluster from
  Endpoint http;                // the hit counter, for kHttpHit
  std::string password;         // of the servers; "": none
  std::vector<LoadKey> keys;
  // The slots of each shard. Clients are spread evenly over the shards and stay
  // on their shard's keys, so that one that waits for a dead master does not
  // starve the others' measurement. Empty: as the cluster says at the start (for
  // kHttpHit: one shard). With fewer clients than shards, every client works on
  // all keys.
  std::vector<std::vector<SlotRange>> shards;
  std::uint64_t seed = 1;

  int AllClients() const { return clients_in_load > 0 ? clients_in_load : clients; }
  bool operator==(const LoadConfig&) const = default;
};

// How far a load has come. Written by the load, read by anybody at any time.
struct LoadCounters {
  std::atomic<std::int64_t> acked{0};
  std::atomic<std::int64_t> rejected{0};
  std::atomic<std::int64_t> unknown{0};
  std::atomic<std::int64_t> last_latency_ns{0};  // of the last acked operation,
                                                 // from when it was meant to start
};

// Traffic of many clients from one thread (or, for kHttpHit, one thread each),
// and the history of all it did. Every attempt becomes exactly one operation of
// the history, those still in flight at the end included; times are raw
// MonotonicNow(). An operation's id is worker << 48 | index << 40 | number; an
// append load writes it as the token. Nodes are "ip:port". Start, Stop and TakeHistory
// are for one thread, once each and in this order; counters() and AddSeeds() are for
// all.
class Load {
 public:
  virtual ~Load() = default;

  // Learns the cluster's slots and lets the clients go. An error if no seed (or
  // no hit counter) can be reached, or the configuration makes no sense.
  virtual Status Start() = 0;

  // Lets no client begin anything new, waits for what is in flight until it has
  // its answer or its time-out, and ends the thread.
  virtual void Stop() = 0;

  // Further nodes to learn the cluster from: those that it knows may all have left
  // their addresses.
  virtual void AddSeeds(const std::vector<Endpoint>& seeds) = 0;

  // Everything that was done, after Stop().
  virtual History TakeHistory() = 0;

  virtual const LoadCounters& counters() const = 0;
};

// Whether the configuration makes sense; what Start() checks first.
Status Validate(const LoadConfig& config, int max_clients);

// Of a closed loop with a ceiling: how long after the start of a client's operation its
// next may start at the earliest, and when the part's client number `client` may start
// at all, so that clients do not send in step. Nothing that was missed is caught up.
// Without a ceiling: 0, and `begin`.
Nanos Pause(const LoadConfig& config);
Nanos FirstStart(const LoadConfig& config, Nanos begin, int client);

std::unique_ptr<Load> MakeLoad(LoadConfig config);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_LOAD_H_
