#include "reports/metrics_writer.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "reports/answers.h"
#include "reports/details.h"
#include "reports/escape.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;
using Labels = std::map<std::string, std::string>;

// The gauges of one run; adds the run's labels to each.
class Gauges {
 public:
  explicit Gauges(const RunRecord& record)
      : common_({{"scenario", Printable(record.scenario)},
                 {"platform", Printable(record.platform)}}) {}

  void Set(const std::string& name, const std::string& help, const Labels& labels,
           double value) {
    Labels printable;
    for (const auto& [key, text] : labels) printable[key] = Printable(text);
    prometheus::BuildGauge()
        .Name(name)
        .Help(help)
        .Labels(common_)
        .Register(registry_)
        .Add(printable)
        .Set(value);
  }

  void SetIfKnown(const std::string& name, const std::string& help,
                  const Labels& labels, std::optional<double> value, double scale = 1) {
    if (value) Set(name, help, labels, *value * scale);
  }

  std::string Serialize() const {
    std::vector<prometheus::MetricFamily> families = registry_.Collect();
    std::sort(families.begin(), families.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (prometheus::MetricFamily& family : families) {
      std::sort(family.metric.begin(), family.metric.end(),
                [](const auto& a, const auto& b) { return a.label < b.label; });
    }
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  Labels common_;
  prometheus::Registry registry_;
};

constexpr double kMillis = 1e-3;

void AddRun(const RunRecord& record, const Judgement& judgement, Gauges& gauges) {
  const std::string version = record.nodes.empty() ? "" : record.nodes.front().version;
  gauges.Set("slotquake_run_info", "What was run; always 1.",
             {{"version", version},
              {"seed", std::to_string(record.seed)},
              {"trial", std::to_string(record.trial)},
              {"id", record.id}},
             1);
  gauges.Set("slotquake_run_start_time_seconds", "When the run began, since 1970.", {},
             ToSeconds(record.base_wall));
  gauges.Set("slotquake_run_duration_seconds", "How long the run took.", {},
             ToSeconds(record.duration));
  const std::string help =
      "What a checker said: 0 pass, 1 inconclusive, 2 fail; \"all\" is the worst.";
  gauges.Set("slotquake_verdict", help, {{"checker", "all"}},
             static_cast<int>(judgement.validity));
  for (const Verdict& verdict : judgement.verdicts) {
    gauges.Set("slotquake_verdict", help, {{"checker", verdict.checker}},
               static_cast<int>(verdict.validity));
  }
  for (const Assumption& assumption : AssumptionsOf(judgement)) {
    gauges.Set("slotquake_assumption_holds",
               "Whether what the verdict rests on holds: 1 or 0.",
               {{"assumption", assumption.name}}, assumption.holds ? 1 : 0);
  }
}

void AddOperations(const RunRecord& record, Gauges& gauges) {
  std::array<double, 3> counts{};
  std::vector<double> latencies;
  for (const Operation& op : record.history.operations()) {
    ++counts[static_cast<std::size_t>(op.outcome)];
    if (op.outcome == Outcome::kAcked) {
      latencies.push_back(ToSeconds(op.completed - op.intended));
    }
  }
  for (const Outcome outcome :
       {Outcome::kAcked, Outcome::kRejected, Outcome::kUnknown}) {
    gauges.Set("slotquake_operations", "Operations of the run by outcome.",
               {{"outcome", std::string(Name(outcome))}},
               counts[static_cast<std::size_t>(outcome)]);
  }
  if (latencies.empty()) return;
  for (const auto& [name, quantile] :
       {std::pair{"0.5", 0.5}, {"0.99", 0.99}, {"1", 1.0}}) {
    // The nearest rank: the least value that this share does not exceed.
    const auto rank = static_cast<std::size_t>(
        std::ceil(quantile * static_cast<double>(latencies.size())));
    const auto nth = latencies.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(latencies.begin(), nth, latencies.end());
    gauges.Set("slotquake_operation_latency_seconds",
               "From when an acknowledged operation was meant to be sent to its reply.",
               {{"quantile", name}}, *nth);
  }
}

void AddLosses(const Judgement& judgement, Gauges& gauges) {
  const LossBounds bounds = LossBoundsOf(judgement);
  const std::string help = "Acknowledged writes that are gone: at least, at most.";
  if (bounds.lower) {
    gauges.Set("slotquake_lost_writes", help, {{"bound", "lower"}},
               static_cast<double>(*bounds.lower));
  }
  if (bounds.upper) {
    gauges.Set("slotquake_lost_writes", help, {{"bound", "upper"}},
               static_cast<double>(*bounds.upper));
  }
  const Json& details = DetailsOf(judgement, "lost_writes");
  for (const auto& [cause, count] : ObjectAt(details, "causes").items()) {
    if (!count.is_number()) continue;
    gauges.Set("slotquake_lost_writes_by_cause",
               "Definitely lost acknowledged writes by cause.", {{"cause", cause}},
               count.get<double>());
  }
}

void AddPromotions(const Judgement& judgement, Gauges& gauges) {
  int index = 0;
  for (const Json& fault : ListAt(DetailsOf(judgement, "promotion_timing"), "faults")) {
    // The place in the list, where an older run has no index.
    std::string number = TextAt(fault, "fault");
    if (number.empty()) number = std::to_string(index);
    ++index;
    gauges.SetIfKnown("slotquake_promotion_seconds",
                      "From the fault until a replica had won the election.",
                      {{"fault", number}, {"victim", TextAt(fault, "victim")}},
                      NumberAt(fault, "promotion_ms"), kMillis);
    for (const Json& phase : ListAt(fault, "phases")) {
      gauges.SetIfKnown("slotquake_promotion_phase_seconds",
                        "From the fault until the phase ended.",
                        {{"fault", number}, {"phase", TextAt(phase, "name")}},
                        NumberAt(phase, "relative_ms"), kMillis);
    }
    for (const char* statistic : {"median", "max"}) {
      gauges.SetIfKnown(
          "slotquake_client_outage_seconds",
          "Longest time a client went without an acknowledged write.",
          {{"fault", number}, {"statistic", statistic}},
          NumberAt(ObjectAt(fault, "outage"), std::string(statistic) + "_ms"), kMillis);
    }
  }
}

void AddCoverage(const Judgement& judgement, Gauges& gauges) {
  const Json& details = DetailsOf(judgement, "slot_coverage");
  gauges.SetIfKnown("slotquake_slot_seconds_lost",
                    "Sum over slots of the time each was not served.", {},
                    NumberAt(details, "slot_seconds_lost"));
  gauges.SetIfKnown("slotquake_uncovered_seconds_max",
                    "Longest time that any slot was not served.", {},
                    NumberAt(details, "uncovered_ms_max"), kMillis);
  gauges.SetIfKnown("slotquake_untested_slots", "Slots that had no load.", {},
                    NumberAt(details, "untested_slots"));
}

}  // namespace

Status WriteMetrics(const RunRecord& record, const Judgement& judgement,
                    std::ostream& out) {
  Gauges gauges(record);
  AddRun(record, judgement, gauges);
  AddOperations(record, gauges);
  AddLosses(judgement, gauges);
  AddPromotions(judgement, gauges);
  AddCoverage(judgement, gauges);
  out << gauges.Serialize();
  return out ? Status::Ok() : Status::Error("cannot write the metrics");
}

}  // namespace slotquake
