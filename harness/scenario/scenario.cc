#include "harness/scenario/scenario.h"

namespace slotquake {
namespace {

using nlohmann::json;

json VictimJson(const VictimSpec& victim) {
  if (!victim.node.empty()) return {{"node", victim.node}};
  if (victim.slot) return {{"slot", *victim.slot}};
  if (victim.key) return {{"master_of", {{"key", *victim.key}}}};
  if (victim.promoted) return {{"promoted", true}};
  if (victim.victim_of) return {{"victim_of", *victim.victim_of}};
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
  if (load.rate_per_second > 0) form["rate_per_second"] = load.rate_per_second;
  if (load.wait) {
    form["wait"] = {{"replicas", load.wait->replicas},
                    {"timeout_ms", load.wait->timeout_ms}};
  }
  return form;
}

json TriggerJson(const TriggerSpec& when) {
  json form = {{"after_ms", when.after_ms}, {"limit_ms", when.limit_ms}};
  if (when.since) form["since"] = *when.since;
  if (when.event == "fault") {
    form["fault"] = when.entry;
    form["is"] = when.is;
  } else if (when.event == "slots_ok_below" || when.event == "slots_ok" ||
             when.event == "migrated_slots") {
    form[when.event] = when.slots;
  } else {
    form["event"] = when.event;
  }
  return form;
}

json EntryJson(const TimelineEntry& entry) {
  json form = {{"fault", entry.fault}, {"options", entry.options}};
  if (entry.when) {
    form["when"] = TriggerJson(*entry.when);
  } else {
    form["at_ms"] = entry.at_ms;
  }
  if (entry.times > 1) {
    form["periodic"] = {{"every_ms", entry.every_ms}, {"times", entry.times}};
  }
  if (!entry.victims.empty()) form["victim"] = VictimsJson(entry.victims);
  if (entry.recover.how == "none") {
    form["recover"] = "none";
  } else {
    form["recover"] = {{"how", entry.recover.how},
                       {"after_ms", entry.recover.after_ms}};
  }
  return form;
}

json AttachJson(const AttachSpec& attach) {
  return {{"namespace", attach.name_space},
          {"selector", attach.selector},
          {"container", attach.container},
          {"port", attach.port},
          {"password_secret", attach.password_secret},
          {"password_key", attach.password_key}};
}

json ClusterJson(const ClusterSpec& cluster) {
  json form = {{"node_timeout_ms", cluster.node_timeout_ms}};
  if (cluster.kubernetes.attach) {
    form["kubernetes"] = {{"attach", AttachJson(*cluster.kubernetes.attach)}};
    return form;
  }
  form["masters"] = cluster.masters;
  form["replicas_per_master"] = cluster.replicas_per_master;
  form["engine"] = cluster.engine;
  form["server"] = cluster.server;
  form["config"] = cluster.config;
  form["kubernetes"] = {{"overlay", cluster.kubernetes.overlay}};
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
  json form = {{"name", scenario.name},
               {"teaches", scenario.teaches},
               {"cluster", ClusterJson(scenario.cluster)},
               {"workers", scenario.workers},
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
