#include "harness/check/restarts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/check/evidence.h"

namespace slotquake {
namespace {

// What one node's observations say, in order of time.
struct Sources {
  std::vector<Restart> by_log;
  std::vector<Restart> by_process;
  std::vector<Restart> by_run_id;
  std::string run_id;
  Nanos run_id_at{0};
  std::vector<std::pair<Nanos, std::int64_t>> keys;
  std::vector<Nanos> loaded;
};

void Read(const Observation& observation, Sources& sources) {
  const Restart here = {observation.node, observation.not_before, observation.at, -1,
                        -1};
  if (observation.kind == observation_kind::kLog) {
    const std::string event = Text(observation, "event");
    if (event == "server_started") sources.by_log.push_back(here);
    if (event == "data_loaded") sources.loaded.push_back(observation.at);
  } else if (observation.kind == observation_kind::kProcess &&
             Text(observation, "what") == "started") {
    sources.by_process.push_back(here);
  } else if (observation.kind == observation_kind::kReplication) {
    const std::string run_id = Text(observation, "run_id");
    if (!run_id.empty() && !sources.run_id.empty() && run_id != sources.run_id) {
      sources.by_run_id.push_back(here);
      sources.by_run_id.back().down_lo = sources.run_id_at;
    }
    if (!run_id.empty()) {
      sources.run_id = run_id;
      sources.run_id_at = observation.at;
    }
    sources.keys.emplace_back(observation.at, Number(observation, "keys"));
  }
}

void AddKeys(const Sources& sources, Restart& restart) {
  // DBSIZE of a server that is still reading its file says nothing.
  constexpr Nanos kLongestLoad{60'000'000'000};
  Nanos ready = restart.up_hi;
  for (const Nanos at : sources.loaded) {
    if (at >= restart.up_hi && at < restart.up_hi + kLongestLoad) {
      ready = at;
      break;
    }
  }
  for (const auto& [at, keys] : sources.keys) {
    if (at < restart.down_lo) restart.keys_before = keys;
    if (at >= ready && restart.keys_after < 0) restart.keys_after = keys;
  }
}

}  // namespace

std::vector<Restart> FindRestarts(const RunRecord& record) {
  std::map<std::string, Sources> by_node;
  for (const Observation& observation : record.observations) {
    Read(observation, by_node[observation.node]);
  }
  std::vector<Restart> all;
  for (auto& [node, sources] : by_node) {
    const std::vector<Restart>* best = &sources.by_log;
    if (sources.by_process.size() > best->size()) best = &sources.by_process;
    // A run id's first sight is no change, so one fewer change is as good.
    if (sources.by_run_id.size() > best->size()) best = &sources.by_run_id;
    for (Restart restart : *best) {
      AddKeys(sources, restart);
      all.push_back(restart);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Restart& a, const Restart& b) {
    return a.up_hi < b.up_hi;
  });
  return all;
}

}  // namespace slotquake
