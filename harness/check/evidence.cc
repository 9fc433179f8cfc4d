#include "harness/check/evidence.h"

#include <algorithm>

namespace slotquake {

std::vector<TimedView> AllViews(const RunRecord& record) {
  std::vector<TimedView> views;
  for (const Observation& observation : record.observations) {
    if (observation.kind != observation_kind::kView) continue;
    views.push_back({observation.at, observation.not_before, observation.node,
                     observation.data.get<ClusterView>()});
  }
  return views;
}

std::vector<const Observation*> LogEvents(const RunRecord& record,
                                          std::string_view event) {
  std::vector<const Observation*> events;
  for (const Observation& observation : record.observations) {
    if (observation.kind == observation_kind::kLog &&
        Text(observation, "event") == event) {
      events.push_back(&observation);
    }
  }
  return events;
}

std::string Text(const Observation& observation, const char* field) {
  if (!observation.data.is_object()) return "";
  const auto it = observation.data.find(field);
  if (it == observation.data.end() || !it->is_string()) return "";
  return it->get<std::string>();
}

std::int64_t Number(const Observation& observation, const char* field,
                    std::int64_t absent) {
  if (!observation.data.is_object()) return absent;
  const auto it = observation.data.find(field);
  if (it == observation.data.end() || !it->is_number()) return absent;
  return it->get<std::int64_t>();
}

bool Flag(const Observation& observation, const char* field, bool absent) {
  if (!observation.data.is_object()) return absent;
  const auto it = observation.data.find(field);
  if (it == observation.data.end() || !it->is_boolean()) return absent;
  return it->get<bool>();
}

Nanos ClockSlack(const RunRecord& record) {
  Nanos widest{0};
  for (const WorkerRecord& worker : record.workers) {
    widest = std::max(widest, worker.clock_bound);
  }
  return 2 * widest;
}

Nanos ClockBound(const RunRecord& record, int worker_a, int worker_b) {
  Nanos bound{0};
  if (worker_a == worker_b) return bound;
  for (const WorkerRecord& worker : record.workers) {
    if (worker.index == worker_a || worker.index == worker_b) {
      bound += worker.clock_bound;
    }
  }
  return bound;
}

std::string NameOf(const RunRecord& record, const std::string& id) {
  const NodeRecord* node = record.FindNodeById(id);
  return node == nullptr ? id : node->name;
}

}  // namespace slotquake
