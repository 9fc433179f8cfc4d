#ifndef SLOTQUAKE_HARNESS_HISTORY_RECORD_H_
#define SLOTQUAKE_HARNESS_HISTORY_RECORD_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/history/cluster_view.h"
#include "harness/history/history.h"
#include "harness/history/observation.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// One server as it was before the first fault.
struct NodeRecord {
  std::string name;  // "redis-0"; what history and observations call it
  std::string id;    // 40 hex digits
  std::string address;
  int port = 6379;
  std::string version;                        // "7.0.15"
  std::string engine;                         // "redis" or "valkey"
  std::map<std::string, std::string> config;  // CONFIG GET of what matters
};

// One thing that was checked to show that a fault took effect, or was undone.
struct Proof {
  std::string what;  // "process 4711 is gone (pidfd)"
  bool holds = false;
  Nanos at{0};
};

// One victim as it was when it was chosen.
struct Victim {
  std::string node;
  std::string id;
  bool was_master = false;
  std::int64_t config_epoch = 0;
  std::vector<SlotRange> slots;  // of its shard, replicas included
};

// What a fault does to its victims, for who judges: FaultRecord::effect.
namespace fault_effect {
inline constexpr std::string_view kProcessGone = "process_gone";
// The process together with its host: nothing answers at its address.
inline constexpr std::string_view kHostGone = "host_gone";
inline constexpr std::string_view kPaused = "paused";  // alive, and does nothing
// Cut off from other nodes' cluster bus: on the wrong side, a master that goes on
// acknowledging.
inline constexpr std::string_view kNetworkCut = "network_cut";
// Slow, lossy or cut, but the cluster bus passes.
inline constexpr std::string_view kNetworkImpaired = "network_impaired";
// It lives and is reached, but serves badly: slow, out of room, or with refusals.
inline constexpr std::string_view kDegraded = "degraded";
// Its replica was asked to take over (CLUSTER FAILOVER).
inline constexpr std::string_view kHandover = "handover";
inline constexpr std::string_view kNone = "none";  // nothing is taken from anybody
}  // namespace fault_effect

// One change of a fault that goes on changing after it was injected.
struct FaultStep {
  std::string what;  // "cut", "whole"
  Nanos asked{0};
  Nanos done{0};
  std::string error;
};

// One fault of the timeline. [asked, done] is the interval in which it took
// effect; a fault that was never injected has injected = false and an error.
struct FaultRecord {
  std::string type;         // "kill"
  std::string effect;       // of fault_effect; "": the fault does not say
  std::string description;  // "SIGKILL to redis-0 (master of slots 0-5460)"
  nlohmann::json options;   // as in the scenario
  std::vector<Victim> victims;
  std::string triggered_by;  // what it waited for, as it was seen; "": a set time
  Nanos triggered_at{0};     // when that was seen
  bool injected = false;
  Nanos asked{0};
  Nanos done{0};
  std::vector<Proof> proofs;
  std::vector<FaultStep> steps;
  std::string error;
  bool recovery_wanted = false;  // false: the scenario says recover "none"
  bool recovered = false;
  Nanos recover_asked{0};
  Nanos recover_done{0};
  std::vector<Proof> recovery_proofs;

  // Injected, and every proof holds; no proof at all is not proven.
  bool IsProven() const;
};

// The last read of one key, after the cluster was at rest.
struct FinalRead {
  std::string key;
  std::string node;                   // who answered
  std::string error;                  // why it could not be read; "" if it was
  std::optional<std::int64_t> value;  // a counter; nothing: the key is absent
  std::vector<std::int64_t> tokens;   // an append list, in its order
};

struct WorkerRecord {
  int index = 0;
  std::string name;       // "client-0"
  std::string role;       // "load" or "observer"
  Nanos clock_offset{0};  // worker's clock - runner's clock
  Nanos clock_bound{0};   // the offset is right within this
};

// One step of the run ("deploy", "warm_up", "timeline", "settle", "rest", ...).
struct PhaseRecord {
  std::string name;
  Nanos begin{0};
  Nanos end{0};
};

// Whether section 7's conditions came to hold after the load stopped.
struct RestRecord {
  bool reached = false;
  Nanos since{0};       // from when on they held
  Nanos until{0};       // when the final reads began
  Nanos required{0};    // max(2 T, 5 s)
  std::string missing;  // what was still wrong when the limit passed
};

// A load as it was run.
struct LoadRecord {
  std::string kind;  // "hits", "http_hits", "append"
  int worker = 0;
  int clients = 0;
  bool open_loop = false;
  double rate_per_second = 0;  // of an open loop; a closed one's ceiling, 0: none
  int keys = 0;
  Nanos begin{0};
  Nanos end{0};
};

// Everything a run wrote down; the contract between the run and its judges.
struct RunRecord {
  int format = 1;
  std::string id;                // "20261122T140200Z-42"
  std::string scenario;          // its name
  nlohmann::json scenario_json;  // as resolved; scenario.json
  std::uint64_t seed = 0;
  int trial = 1;
  std::string platform;  // "local"
  Nanos base_wall{0};    // wall time of the axis' zero, since 1970
  Nanos duration{0};
  std::string command;                             // to run it again
  std::map<std::string, std::string> environment;  // kernel, cpus, versions, ...
  bool interrupted = false;
  std::vector<std::string> errors;  // what went wrong in the harness itself
  std::vector<NodeRecord> nodes;
  std::vector<WorkerRecord> workers;
  std::vector<LoadRecord> loads;
  std::vector<PhaseRecord> phases;
  std::vector<FaultRecord> faults;
  RestRecord rest;
  std::map<std::string, std::int64_t> initial_values;  // absent key: 0
  std::vector<FinalRead> final_reads;

  History history;
  std::vector<Observation> observations;    // sorted by `at`
  std::map<std::string, std::string> logs;  // node name -> its whole log

  const NodeRecord* FindNode(const std::string& name) const;
  const NodeRecord* FindNodeById(const std::string& id) const;
  // nullptr where there is no such phase.
  const PhaseRecord* FindPhase(const std::string& name) const;
};

// Writes scenario.json, record.json, history.sq, observations.jsonl and logs/
// into `folder`, which must exist. record.json is written last, under its final
// name only when whole, so that a folder that has one is complete.
Status WriteRecord(const RunRecord& record, const std::filesystem::path& folder);

// Reads what WriteRecord wrote. An error names the file and what is wrong.
Result<RunRecord> ReadRecord(const std::filesystem::path& folder);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HISTORY_RECORD_H_
