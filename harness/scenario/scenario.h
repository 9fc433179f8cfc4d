#ifndef SLOTQUAKE_HARNESS_SCENARIO_SCENARIO_H_
#define SLOTQUAKE_HARNESS_SCENARIO_SCENARIO_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace slotquake {

// The parts of a scenario file, with their defaults. Names are the JSON keys.

// "attach" of "kubernetes": a cluster that is there already, deployed by somebody
// else. Its nodes are the pods that the selector finds.
struct AttachSpec {
  std::string name_space;       // "namespace"
  std::string selector;         // a label selector: "app=redis"
  std::string container;        // of the server; "": the pod's only or first one
  int port = 6379;              // of clients; the bus is 10000 above
  std::string password_secret;  // name of a Secret; "": no password
  std::string password_key = "password";  // in that Secret
};

// "kubernetes" of "cluster": what matters on that platform only.
struct KubernetesSpec {
  std::string overlay = "kind";  // of deploy/kubernetes/overlays
  std::optional<AttachSpec> attach;
};

// "cluster"
struct ClusterSpec {
  int masters = 3;
  int replicas_per_master = 1;
  std::string engine = "redis";  // or "valkey"
  std::string server;            // path of the server program; "": found on PATH
  int node_timeout_ms = 15000;
  // Further lines of redis.conf; over the defaults (the article's settings).
  std::map<std::string, std::string> config;
  KubernetesSpec kubernetes;
  // What the timeline's faults ask of the deployment; derived, no keys of the file.
  bool interposes_calls = false;  // FaultType::interposes_calls of any of them
  bool by_api = false;            // FaultType::by_api of all of them
};

// "keys" of a load: which counters it counts on.
struct KeySpec {
  // "one": the key "hits" alone. "shards": "hits" and per_shard keys on every
  // shard, apart in slots. "slots": at least one key on each of the 16384 slots.
  std::string spread = "shards";
  int per_shard = 32;
};

// "wait" of a load: each write is followed by WAIT, and is acknowledged when so many
// replicas have it. With fewer its outcome is unknown.
struct WaitSpec {
  int replicas = 1;
  int timeout_ms = 100;
};

// One entry of "load"
struct LoadSpec {
  std::string kind = "hits";  // "hits", "http_hits", "append"
  int clients = 16;           // concurrent clients, one connection per node each
  // Closed loop: each client sends when it has its answer. Open loop: a fixed
  // rate over all clients, whether or not answers come.
  std::string loop = "closed";   // or "open"
  double rate_per_second = 0;    // of an open loop; a closed one's ceiling, 0: none
  int timeout_ms = 500;          // after which an operation is given up as unknown
  std::optional<WaitSpec> wait;  // none: the write's own answer acknowledges it
  KeySpec keys;
};

// "victim", or one of several in an array: exactly one way to choose, resolved when
// the fault is due, by what the nodes say then.
struct VictimSpec {
  std::string node;                // by name: "redis-0"
  std::optional<int> slot;         // the master of this slot
  std::optional<std::string> key;  // {"master_of": {"key": "hits"}}
  std::optional<int> shard;        // index by lowest slot; with role
  bool promoted = false;           // {"promoted": true}: who was promoted last
  std::optional<int> victim_of;    // the victims of another entry, by its index
  std::string role = "master";     // "master", "replica" or "any"
  std::string pick = "first";      // "first", "random" or "all" of those that fit
};

// "recover"
struct RecoverSpec {
  // "undo": the fault's own way back; "restart" says the same of faults that end a
  // process. "none": it stays broken.
  std::string how = "undo";
  int after_ms = 0;  // from the moment the fault is done
};

// "when" of an entry: what it waits for. Looked for from the timeline's beginning on,
// or from when the entry `since` was injected.
struct TriggerSpec {
  // "election_started", "promoted", "failed", "pfail"; "slots_ok_below", "slots_ok",
  // "migrated_slots", which have a number; or "fault", another entry's doing.
  std::string event;
  int slots = 0;                // of the three with a number
  std::string fault{};          // of "fault": its name, where that was given
  int entry = -1;               // of "fault": its index in the timeline
  std::string is = "injected";  // of "fault": or "recovered"
  std::optional<int> since{};   // an entry's index
  int after_ms = 0;             // from when it was seen until the fault
  int limit_ms = 60'000;        // from the timeline's beginning; then it is an error
};

// One entry of "timeline"
struct TimelineEntry {
  int at_ms = 0;                    // from the end of the warm-up; without `when`
  std::optional<TriggerSpec> when;  // instead of a time
  std::string fault;                // "kill"
  std::vector<VictimSpec> victims;  // together; empty: a fault of the whole cluster
  RecoverSpec recover;
  nlohmann::json options = nlohmann::json::object();  // the fault's own
  // "periodic": so many injections, one each every_ms, from the first one on.
  int times = 1;
  int every_ms = 0;
};

// "expect": what must hold for the run to pass. Unset: not judged.
struct Expectations {
  // "lost_writes"
  std::optional<std::int64_t> lost_max_count;  // max_count, of the upper bound
  std::optional<double> lost_max_window_ms;    // max_window_ms
  std::optional<std::int64_t> lost_min_count;  // min_count: losses that must be seen
  // "promotion": "required", "forbidden" or "any"
  std::string promotion = "any";
  // "return", of masters that came back: "restart", "failover" or "any"
  std::string way_back = "any";
  // "promotion_ms": {"max": "theory"} or {"max": 4000}
  bool promotion_max_is_theory = false;
  std::optional<double> promotion_max_ms;
  // "slot_coverage"
  std::optional<double> max_slot_seconds;  // max_slot_seconds
  std::optional<double> max_uncovered_ms;  // max_uncovered_ms, of any slot
  bool must_stay_down = false;  // stays_down_until_recovery: the victims' slots
                                // are not served before the first recovery
  // "rest": "required" (default), "any", or "never": it must not come to rest
  std::string rest = "required";
  // "load": {"min_acked_before": 50}: acked writes on the victim's slots in the
  // second before the fault (section "assumptions" of docs/checking.md)
  int min_acked_before = 50;
};

// A whole scenario file.
struct Scenario {
  std::string name;     // must be the file's name without .json
  std::string teaches;  // one sentence
  ClusterSpec cluster;
  std::vector<LoadSpec> load;
  int workers = 1;  // the clients of each load are spread over so many processes
  int warm_up_ms = 2000;
  std::vector<TimelineEntry> timeline;
  int hold_ms = 2000;         // load goes on this long after the last recovery is done
  int rest_limit_ms = 60000;  // how long to wait for the cluster to be at rest
  Expectations expect;
};

// The file's form, with every default written out.
nlohmann::json ToJson(const Scenario& scenario);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_SCENARIO_SCENARIO_H_
