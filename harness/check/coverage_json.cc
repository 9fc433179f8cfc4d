#include "harness/check/coverage_json.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/check/slot_service.h"

namespace slotquake {
namespace {

using nlohmann::json;

// A part of a slot's gap with one state.
struct Part {
  Nanos from{0};
  Nanos to{0};
  int slot = 0;
};

// The value that `share` of the values do not exceed.
Nanos Quantile(std::vector<Nanos>& values, double share) {
  const std::ptrdiff_t at = std::lround(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

json OneStretch(const std::vector<Part>& parts, const char* state) {
  std::vector<Nanos> from;
  std::vector<Nanos> to;
  SlotSet slots;
  for (const Part& part : parts) {
    from.push_back(part.from);
    to.push_back(part.to);
    slots.set(static_cast<std::size_t>(part.slot));
  }
  // A slot that is tried once a second was last served up to a second before it went
  // down with the others: the last ones tell when that was.
  Nanos begin = Quantile(from, 0.9);
  Nanos end = Quantile(to, 0.1);
  if (begin >= end) {
    begin = Quantile(from, 0.5);
    end = Quantile(to, 0.5);
  }
  return {{"from_ms", ToMillis(begin)},
          {"to_ms", ToMillis(end)},
          {"state", state},
          {"slots", slots.count()}};
}

// Parts that overlap in time become one stretch.
void AddStretches(std::vector<Part> parts, const char* state, json& list) {
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.from < b.from; });
  std::vector<Part> together;
  Nanos end = Nanos::min();
  for (const Part& part : parts) {
    if (!together.empty() && part.from > end) {
      list.push_back(OneStretch(together, state));
      together.clear();
    }
    end = together.empty() ? part.to : std::max(end, part.to);
    together.push_back(part);
  }
  if (!together.empty()) list.push_back(OneStretch(together, state));
}

json UncoveredJson(const std::vector<const SlotGap*>& gaps) {
  std::vector<Part> silent;
  std::vector<Part> refused;
  for (const SlotGap* gap : gaps) {
    // From its first refusal on, a gap counts as refused.
    const Nanos change = !gap->refused ? gap->to
                         : gap->silent ? gap->refused_from
                                       : gap->from;
    if (gap->silent) silent.push_back({gap->from, change, gap->slot});
    if (gap->refused) refused.push_back({change, gap->to, gap->slot});
  }
  json list = json::array();
  AddStretches(std::move(silent), "silent", list);
  AddStretches(std::move(refused), "refused", list);
  return list;
}

// One node's declared states, in order of time.
class Segments {
 public:
  void Add(Nanos at, json state) {
    if (!list_.empty()) {
      json last = list_.back();
      last.erase("from_ms");
      if (last == state) return;
      list_.back()["to_ms"] = ToMillis(at);
    }
    state["from_ms"] = ToMillis(at);
    list_.push_back(std::move(state));
  }

  json Finish(Nanos end) {
    if (!list_.empty()) list_.back()["to_ms"] = ToMillis(end);
    return list_;
  }

 private:
  json list_ = json::array();
};

}  // namespace

json PauseJson(const ShardPause& pause) {
  if (pause.lost_ms <= 0) return nullptr;
  return {{"from_ms", ToMillis(pause.from)},
          {"to_ms", ToMillis(pause.to)},
          {"length_ms", pause.lost_ms},
          {"tried_slots", pause.tried_slots}};
}

json ShardsJson(const RunRecord& record, const Reigns& reigns, const SlotGaps& gaps,
                const std::vector<ShardPause>& pauses) {
  const std::size_t count = reigns.groups().size();
  std::vector<std::vector<const SlotGap*>> by_group(count);
  std::vector<double> seconds(count, 0);
  std::vector<SlotSet> unserved(count);
  for (const SlotGap& gap : gaps.gaps) {
    const auto group = static_cast<std::size_t>(reigns.GroupOf(gap.slot));
    by_group[group].push_back(&gap);
    unserved[group].set(static_cast<std::size_t>(gap.slot));
    seconds[group] += gap.lost_ms / 1000;
  }
  std::vector<json> served(count, json::array());
  for (const Served& entry : FindServed(record, reigns)) {
    served[static_cast<std::size_t>(entry.group)].push_back(
        {{"node", entry.node},
         {"from_ms", ToMillis(entry.from)},
         {"to_ms", ToMillis(entry.to)}});
  }
  json shards = json::array();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& slots = reigns.groups()[i].slots;
    shards.push_back({{"slots", ToString(slots)},
                      {"count", CountSlots(slots)},
                      {"served_by", served[i]},
                      {"uncovered", UncoveredJson(by_group[i])},
                      {"uncovered_slots", unserved[i].count()},
                      {"pause", PauseJson(pauses[i])},
                      {"slot_seconds", seconds[i]}});
  }
  return shards;
}

json DeclaredJson(const RunRecord& record) {
  std::map<std::string, Segments> by_node;
  for (const Observation& seen : record.observations) {
    if (seen.kind == observation_kind::kUnreachable) {
      by_node[seen.node].Add(seen.at, {{"state", "unreachable"},
                                       {"slots_ok", nullptr},
                                       {"slots_fail", nullptr},
                                       {"slots_pfail", nullptr}});
    } else if (seen.kind == observation_kind::kClusterInfo) {
      by_node[seen.node].Add(seen.at, {{"state", Text(seen, "state")},
                                       {"slots_ok", Number(seen, "slots_ok")},
                                       {"slots_fail", Number(seen, "slots_fail")},
                                       {"slots_pfail", Number(seen, "slots_pfail")}});
    }
  }
  json list = json::array();
  const Nanos end = EndOf(record);
  for (auto& [node, segments] : by_node) {
    list.push_back({{"node", node}, {"segments", segments.Finish(end)}});
  }
  return list;
}

json DoubleClaimsJson(const RunRecord& record, const std::vector<TimedView>& views) {
  json list = json::array();
  for (const DoubleClaim& claim : FindDoubleClaims(record, views)) {
    list.push_back({{"slots", ToString(claim.slots)},
                    {"nodes", {claim.nodes[0], claim.nodes[1]}},
                    {"epochs", {claim.epochs[0], claim.epochs[1]}},
                    {"from_ms", ToMillis(claim.from)},
                    {"to_ms", ToMillis(claim.to)},
                    {"both_acked", claim.both_acked}});
  }
  return list;
}

}  // namespace slotquake
