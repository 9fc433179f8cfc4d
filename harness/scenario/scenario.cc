#include "harness/scenario/scenario.h"

namespace slotquake {
namespace {

using nlohmann::json;

json VictimJson(const VictimSpec& victim) {
  if (!victim.node.empty()) return {{"node", victim.node}};
  if (victim.slot) return {{"slot", *victim.slot}};
  if (victim.key) return {{"master_of", {{"key", *victim.key}}}};
  json form = {{"role", victim.role}, {"pick", victim.pick}};
  if (victim.shard) form["shard"] = *victim.shard;
  return form;
}

json VictimsJson(const std::vector<VictimSpec>& victims) {
  if (victims.size() == 1) return VictimJson(victims[0]);
  json forms = json::array();
  for (const VictimSpec& victim : victims) forms.push_back(VictimJson(victim));
  return forms;
}

json LoadJson(const LoadSpec& load) {
  json keys = {{"spread", load.keys.spread}};
  if (load.keys.spread == "shards") keys["per_shard"] = load.keys.per_shard;
  json form = {{"kind", load.kind},
               {"clients", load.clients},
               {"loop", load.loop},
               {"timeout_ms", load.timeout_ms},
               {"keys", keys}};
  if (load.loop == "open") form["rate_per_second"] = load.rate_per_second;
  return form;
}

json EntryJson(const TimelineEntry& entry) {
  json form = {
      {"at_ms", entry.at_ms}, {"fault", entry.fault}, {"options", entry.options}};
  if (!entry.victims.empty()) form["victim"] = VictimsJson(entry.victims);
  if (entry.recover.how == "none") {
    form["recover"] = "none";
  } else {
    form["recover"] = {{"how", entry.recover.how},
                       {"after_ms", entry.recover.after_ms}};
  }
  return form;
}

template <typename T>
void SetIf(json& form, const char* object, const char* key, const std::optional<T>& v) {
  if (v) form[object][key] = *v;
}

json ExpectJson(const Expectations& expect) {
  json form = {{"promotion", expect.promotion},
               {"return", expect.way_back},
               {"rest", expect.rest},
               {"load", {{"min_acked_before", expect.min_acked_before}}}};
  SetIf(form, "lost_writes", "max_count", expect.lost_max_count);
  SetIf(form, "lost_writes", "max_window_ms", expect.lost_max_window_ms);
  SetIf(form, "lost_writes", "min_count", expect.lost_min_count);
  SetIf(form, "promotion_ms", "max", expect.promotion_max_ms);
  if (expect.promotion_max_is_theory) form["promotion_ms"]["max"] = "theory";
  SetIf(form, "slot_coverage", "max_slot_seconds", expect.max_slot_seconds);
  SetIf(form, "slot_coverage", "max_uncovered_ms", expect.max_uncovered_ms);
  form["slot_coverage"]["stays_down_until_recovery"] = expect.must_stay_down;
  return form;
}

}  // namespace

json ToJson(const Scenario& scenario) {
  const ClusterSpec& cluster = scenario.cluster;
  json form = {{"name", scenario.name},
               {"teaches", scenario.teaches},
               {"cluster",
                {{"masters", cluster.masters},
                 {"replicas_per_master", cluster.replicas_per_master},
                 {"engine", cluster.engine},
                 {"server", cluster.server},
                 {"node_timeout_ms", cluster.node_timeout_ms},
                 {"config", cluster.config}}},
               {"load", json::array()},
               {"warm_up_ms", scenario.warm_up_ms},
               {"timeline", json::array()},
               {"hold_ms", scenario.hold_ms},
               {"rest_limit_ms", scenario.rest_limit_ms},
               {"expect", ExpectJson(scenario.expect)}};
  for (const LoadSpec& load : scenario.load) form["load"].push_back(LoadJson(load));
  for (const TimelineEntry& entry : scenario.timeline) {
    form["timeline"].push_back(EntryJson(entry));
  }
  return form;
}

}  // namespace slotquake
