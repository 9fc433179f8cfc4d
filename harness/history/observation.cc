#include "harness/history/observation.h"

namespace slotquake {

void to_json(nlohmann::json& json, const Observation& observation) {
  json = {{"at_ns", observation.at.count()},
          {"not_before_ns", observation.not_before.count()},
          {"source", observation.source},
          {"node", observation.node},
          {"kind", observation.kind},
          {"data", observation.data}};
}

void from_json(const nlohmann::json& json, Observation& observation) {
  observation.at = Nanos(json.at("at_ns").get<std::int64_t>());
  observation.not_before = Nanos(json.at("not_before_ns").get<std::int64_t>());
  json.at("source").get_to(observation.source);
  json.at("node").get_to(observation.node);
  json.at("kind").get_to(observation.kind);
  observation.data = json.at("data");
}

}  // namespace slotquake
