#include "reports/page_data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/details.h"
#include "reports/fault_moments.h"
#include "reports/figures.h"
#include "reports/outages.h"
#include "reports/platform_lanes.h"
#include "reports/time_series.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

// Milliseconds as seconds, to the microsecond: shorter numbers, smaller file.
Json Seconds(double ms) { return std::round(ms * 1e3) / 1e6; }

Json SecondsOrNull(std::optional<double> ms) { return ms ? Seconds(*ms) : Json(); }

Json Faults(const RunRecord& record, const TimeAxis& axis) {
  Json faults = Json::array();
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) continue;
    faults.push_back(
        {{"asked", Seconds(axis.RelativeMs(fault.asked))},
         {"done", Seconds(axis.RelativeMs(fault.done))},
         {"recovered",
          fault.recovered ? Seconds(axis.RelativeMs(fault.recover_done)) : Json()}});
  }
  return faults;
}

Json Moments(const RunRecord& record, const TimeAxis& axis) {
  Json moments = Json::array();
  for (const FaultMoment& moment : FaultMoments(record)) {
    moments.push_back(
        {{"at", Seconds(axis.RelativeMs(moment.done))}, {"text", CaptionOf(moment)}});
  }
  return moments;
}

Json Phases(const RunRecord& record, const TimeAxis& axis) {
  Json phases = Json::array();
  for (const PhaseRecord& phase : record.phases) {
    phases.push_back(
        {{"name", phase.name}, {"at", Seconds(axis.RelativeMs(phase.begin))}});
  }
  return phases;
}

Json PerSecond(const std::vector<std::int64_t>& counts, Nanos bucket) {
  Json rates = Json::array();
  for (const std::int64_t count : counts) {
    rates.push_back(std::llround(static_cast<double>(count) / ToSeconds(bucket)));
  }
  return rates;
}

Json Milliseconds(const std::vector<Nanos>& latencies) {
  Json values = Json::array();
  for (const Nanos latency : latencies) {
    values.push_back(
        latency < Nanos(0) ? Json() : Json(std::round(ToMillis(latency) * 1e3) / 1e3));
  }
  return values;
}

void AddSeries(const RunRecord& record, const TimeAxis& axis, Json& data) {
  const TimeSeries series = MakeTimeSeries(record.history, axis.first, axis.last);
  Json x = Json::array();
  for (std::size_t i = 0; i < series.acked.size(); ++i) {
    // The bucket's middle.
    const Nanos at =
        series.first + series.bucket * static_cast<std::int64_t>(i) + series.bucket / 2;
    x.push_back(Seconds(axis.RelativeMs(at)));
  }
  data["load"] = {{"x", x},
                  {"bucket_ms", ToMillis(series.bucket)},
                  {"acked", PerSecond(series.acked, series.bucket)},
                  {"rejected", PerSecond(series.rejected, series.bucket)},
                  {"unknown", PerSecond(series.unknown, series.bucket)}};
  data["latency"] = {{"p50", Milliseconds(series.p50)},
                     {"p99", Milliseconds(series.p99)},
                     {"max", Milliseconds(series.max)}};
}

Json Losses(const RunRecord& record, const Judgement& judgement, const TimeAxis& axis) {
  Json losses = Json::array();
  for (const Json& window : ListAt(DetailsOf(judgement, "lost_writes"), "windows")) {
    const auto first = NumberAt(window, "first_relative_ms");
    const auto last = NumberAt(window, "last_relative_ms");
    if (!first || !last) continue;
    const double zero_ms = RelativeOriginMs(record, axis, window);
    losses.push_back({{"from", Seconds(zero_ms + *first)},
                      {"to", Seconds(zero_ms + *last)},
                      {"lost", Grouped(CountAt(window, "lost").value_or(0))}});
  }
  return losses;
}

Json Bar(const Json& fault, const Json& phase, double zero_ms, double previous_ms) {
  const auto at = NumberAt(phase, "relative_ms");
  const auto least = NumberAt(phase, "min_ms");
  const auto most = NumberAt(phase, "max_ms");
  Json bar = {{"label", PhaseLabel(TextAt(phase, "name"))},
              {"source", TextAt(phase, "source")},
              {"judgement", TextAt(phase, "judgement")},
              {"rule", TextAt(phase, "rule")},
              {"node", TextAt(phase, "node")},
              {"value", at ? ShortDuration(*at) : std::string("not seen")}};
  bar["from"] = at ? Seconds(zero_ms + std::min(previous_ms, *at)) : Json();
  bar["to"] = at ? Seconds(zero_ms + *at) : Json();
  bar["least"] = least ? Seconds(zero_ms + *least) : Json();
  bar["most"] = most ? Seconds(zero_ms + *most) : Json();
  // From here on only missing votes excuse a promotion.
  const auto votes = NumberAt(fault, "election_max_ms");
  const bool won = TextAt(phase, "name") == "won";
  bar["votes"] = won && votes && most ? Seconds(zero_ms + *votes) : Json();
  bar["uncertainty"] = SecondsOrNull(NumberAt(phase, "uncertainty_ms"));
  return bar;
}

// When the fault was recovered, in milliseconds after `zero_ms`.
std::optional<double> RecoveryMs(const RunRecord& record, const TimeAxis& axis,
                                 const Json& fault, double zero_ms) {
  const auto index = CountAt(fault, "fault");
  if (!index || *index < 0 ||
      *index >= static_cast<std::int64_t>(record.faults.size())) {
    return std::nullopt;
  }
  const FaultRecord& broken = record.faults[static_cast<std::size_t>(*index)];
  if (!broken.recovered) return std::nullopt;
  return axis.RelativeMs(broken.recover_done) - zero_ms;
}

Json Waterfall(const RunRecord& record, const Judgement& judgement,
               const TimeAxis& axis) {
  Json bars = Json::array();
  const Json& faults = ListAt(DetailsOf(judgement, "promotion_timing"), "faults");
  for (const Json& fault : faults) {
    // A victim that nobody noticed (a replica, say) has nothing to draw.
    const Json& phases = ListAt(fault, "phases");
    const bool seen = std::any_of(phases.begin(), phases.end(), [](const Json& phase) {
      return NumberAt(phase, "relative_ms").has_value();
    });
    if (!seen) continue;
    const auto zero = NumberAt(fault, "zero_ms");
    const double zero_ms = zero ? axis.RelativeMs(*zero) : 0;
    double previous_ms = 0;
    const auto recovery_ms = RecoveryMs(record, axis, fault, zero_ms);
    for (const Json& phase : phases) {
      // An old master can not come back before it is let.
      if (TextAt(phase, "name") == "rejoined" && recovery_ms) {
        previous_ms = std::max(previous_ms, *recovery_ms);
      }
      Json bar = Bar(fault, phase, zero_ms, previous_ms);
      if (faults.size() > 1) {
        bar["label"] = TextAt(fault, "victim") + ": " + bar["label"].get<std::string>();
      }
      bars.push_back(std::move(bar));
      previous_ms = NumberAt(phase, "relative_ms").value_or(previous_ms);
    }
  }
  return bars;
}

void AddPart(const Json& item, const TimeAxis& axis, const char* kind,
             const std::string& text, Json& parts) {
  const auto from = NumberAt(item, "from_ms");
  const auto to = NumberAt(item, "to_ms");
  if (!from) return;
  parts.push_back(
      {{"from", Seconds(axis.RelativeMs(*from))},
       {"to", to ? Seconds(axis.RelativeMs(*to)) : Seconds(axis.RelativeMs(axis.last))},
       {"kind", kind},
       {"text", text}});
}

std::set<std::string> PromotedNodes(const Judgement& judgement) {
  std::set<std::string> promoted;
  for (const Json& fault : ListAt(DetailsOf(judgement, "promotion_timing"), "faults")) {
    promoted.insert(TextAt(fault, "promoted"));
  }
  promoted.erase("");
  return promoted;
}

Json Lanes(const Judgement& judgement, const TimeAxis& axis) {
  const std::set<std::string> promoted = PromotedNodes(judgement);
  Json lanes = Json::array();
  for (const Json& shard : ListAt(DetailsOf(judgement, "slot_coverage"), "shards")) {
    Json parts = Json::array();
    for (const Json& served : ListAt(shard, "served_by")) {
      const std::string node = TextAt(served, "node");
      AddPart(served, axis, "served", node, parts);
      if (promoted.count(node) > 0 && !parts.empty()) {
        parts.back()["note"] = "promoted";
      }
    }
    // Over what served, since a part of the shard's slots may fail alone. Between
    // two uncovered parts clients wait for answers.
    for (const Stretch& stretch : UnservedStretches(shard)) {
      AddPart({{"from_ms", stretch.from_ms}, {"to_ms", stretch.to_ms}}, axis, "silent",
              "silent", parts);
    }
    for (const Json& gap : ListAt(shard, "uncovered")) {
      if (TextAt(gap, "state") == "refused") {
        AddPart(gap, axis, "refused", "refused", parts);
      }
    }
    lanes.push_back({{"label", EnDashed(TextAt(shard, "slots"))}, {"parts", parts}});
  }
  return lanes;
}

Json Platform(const RunRecord& record, const TimeAxis& axis) {
  Json lanes = Json::array();
  for (const PlatformLane& lane : PlatformLanes(record, axis.last)) {
    Json parts = Json::array();
    for (const PlatformPart& part : lane.parts) {
      parts.push_back({{"from", Seconds(axis.RelativeMs(part.from))},
                       {"to", Seconds(axis.RelativeMs(part.to))},
                       {"kind", "pod-" + part.kind},
                       {"text", part.text}});
    }
    Json ticks = Json::array();
    for (const PlatformTick& tick : lane.ticks) {
      ticks.push_back({{"at", Seconds(axis.RelativeMs(tick.at))}, {"text", tick.text}});
    }
    lanes.push_back({{"label", lane.label}, {"parts", parts}, {"ticks", ticks}});
  }
  return lanes;
}

Json Declared(const Judgement& judgement, const TimeAxis& axis) {
  static const std::map<std::string, const char*> kKinds = {
      {"ok", "ok"}, {"fail", "fail"}, {"unreachable", "unreachable"}};
  Json lanes = Json::array();
  for (const Json& node : ListAt(DetailsOf(judgement, "slot_coverage"), "declared")) {
    Json parts = Json::array();
    for (const Json& segment : ListAt(node, "segments")) {
      const std::string state = TextAt(segment, "state");
      const auto kind = kKinds.find(state);
      std::string text = state;
      const auto failing = CountAt(segment, "slots_fail").value_or(0) +
                           CountAt(segment, "slots_pfail").value_or(0);
      if (failing > 0) text += ", " + Counted(failing, "slot") + " failing";
      AddPart(segment, axis, kind == kKinds.end() ? "unreachable" : kind->second, text,
              parts);
    }
    lanes.push_back({{"label", TextAt(node, "node")}, {"parts", parts}});
  }
  return lanes;
}

}  // namespace

std::string PhaseLabel(const std::string& name) {
  static const std::map<std::string, std::string> kLabels = {
      {"first_pfail", "first PFAIL"}, {"fail", "FAIL agreed"},
      {"scheduled", "scheduled"},     {"started", "election begun"},
      {"won", "election won"},        {"agreed", "all nodes agree"},
      {"first_write", "first write"}, {"rejoined", "old master back"}};
  const auto label = kLabels.find(name);
  return label == kLabels.end() ? name : label->second;
}

nlohmann::json PageData(const RunRecord& record, const Judgement& judgement,
                        const TimeAxis& axis) {
  Json data;
  data["axis"] = {{"first", Seconds(axis.RelativeMs(axis.first))},
                  {"last", Seconds(axis.RelativeMs(axis.last))},
                  {"focus_first", Seconds(axis.RelativeMs(axis.focus_first))},
                  {"focus_last", Seconds(axis.RelativeMs(axis.focus_last))}};
  data["faults"] = Faults(record, axis);
  data["moments"] = Moments(record, axis);
  data["phases"] = Phases(record, axis);
  AddSeries(record, axis, data);
  data["losses"] = Losses(record, judgement, axis);
  data["waterfall"] = Waterfall(record, judgement, axis);
  data["lanes"] = Lanes(judgement, axis);
  data["platform"] = Platform(record, axis);
  data["declared"] = Declared(judgement, axis);
  return data;
}

}  // namespace slotquake
