#include "harness/check/restart_or_failover.h"

#include <algorithm>
#include <vector>

#include "harness/check/expectations.h"
#include "harness/check/figures.h"
#include "harness/check/return_analysis.h"
#include "harness/check/theory.h"
#include "harness/check/unmet.h"

namespace slotquake {
namespace {

using nlohmann::json;

json Ms(const std::optional<Instant>& instant) {
  return instant ? json(ToMillis(instant->hi)) : json();
}

json Count(std::int64_t number) { return number < 0 ? json() : json(number); }

void AddEvidence(const std::string& what, const std::optional<Instant>& instant,
                 json& list) {
  if (!instant) return;
  list.push_back({{"what", what},
                  {"at_ms", ToMillis(instant->hi)},
                  {"uncertainty_ms", ToMillis(instant->hi - instant->lo)},
                  {"source", instant->source},
                  {"node", instant->node}});
}

json Evidence(const Return& found) {
  json list = json::array();
  const Absence& absence = found.absence;
  AddEvidence("gone", absence.gone, list);
  if (found.won) {
    AddEvidence(found.promoted + " promoted", found.won, list);
  }
  AddEvidence(absence.new_pod       ? "back, as another pod"
              : absence.new_process ? "back, under another run id"
                                    : "back",
              absence.back, list);
  AddEvidence(found.came_back_as_master ? "is a master" : "is a replica", found.role,
              list);
  std::stable_sort(list.begin(), list.end(), [](const json& a, const json& b) {
    return a["at_ms"].get<double>() < b["at_ms"].get<double>();
  });
  return list;
}

json VictimJson(const RunRecord& record, const Return& found) {
  const Absence& absence = found.absence;
  const bool timed = absence.gone && absence.back;
  const FaultRecord& fault = record.faults[absence.fault];
  return {
      {"fault", found.fault},
      {"type", fault.type},
      {"victim", found.victim.node},
      {"shard", ToString(found.victim.slots)},
      {"was_master", found.was_master},
      {"kind", Name(found.kind)},
      {"text", found.Sentence()},
      {"gone_ms", Ms(absence.gone)},
      {"back_ms", Ms(absence.back)},
      {"away_ms", timed ? json(ToMillis(absence.back->hi - absence.gone->hi)) : json()},
      {"away_min_ms", timed ? json(ToMillis(absence.Shortest())) : json()},
      {"away_max_ms", timed ? json(ToMillis(absence.Longest())) : json()},
      {"node_timeout_ms", found.timeout_ms},
      {"inside_timeout", found.IsInsideTimeout()},
      {"new_process", absence.new_process},
      {"new_pod", absence.new_pod},
      {"promoted", found.promoted},
      {"promoted_ms", Ms(found.won)},
      {"epoch_before", Count(found.epoch_before)},
      {"epoch_after", Count(found.epoch_after)},
      {"evidence", Evidence(found)}};
}

bool IsFailover(const Return& found) {
  return found.kind == ReturnKind::kFailover || found.kind == ReturnKind::kBoth;
}

// That nobody was promoted, or that it was away, can only be known by watching.
const std::vector<std::string>& RestsOn() {
  static const std::vector<std::string> kNames = {
      "fault_not_proven", "unhealthy_before",  "observer_gap",
      "clock_bound",      "record_incomplete", "interrupted"};
  return kNames;
}

// A server that is back greets all others within a round of their cron (100 ms); with
// a busy machine in mind, a second.
constexpr double kToGreetMs = 1000;

// What the time that it was away decides (section 11 of docs/checking.md).
std::string ByTheory(const Return& found) {
  const Absence& absence = found.absence;
  if (absence.gone && absence.back &&
      ToMillis(absence.Longest()) + kToGreetMs < found.timeout_ms) {
    return "restart";
  }
  TheoryInput input;
  input.min_timeout_ms = input.max_timeout_ms = found.timeout_ms;
  const double latest = ComputeTheory(input).won.max_ms;
  const bool for_long =
      absence.gone && (!absence.back || ToMillis(absence.Shortest()) > latest);
  return for_long && !found.no_majority ? "failover" : "any";
}

Case Judged(const RunRecord& record, const Return& found, const std::string& expected) {
  const std::string name = "return/" + found.victim.node;
  const bool by_theory = expected == "theory";
  const std::string wanted = by_theory ? ByTheory(found) : expected;
  if (wanted == "any") {
    return {name, Validity::kPass,
            (by_theory ? "expected a restart or a failover: " : "") + found.Sentence()};
  }
  const std::string text = "expected a " + wanted + ": " + found.Sentence();
  const bool met =
      wanted == "failover" ? IsFailover(found) : found.kind == ReturnKind::kRestart;
  if (met) return {name, Validity::kPass, text};
  if (found.kind == ReturnKind::kUnclear) return {name, Validity::kInconclusive, text};
  return Unmet(record, name, text, RestsOn());
}

// A fault of all nodes may have several promotions or one; none is too few.
void JudgeTogether(const RunRecord& record, const std::vector<Return>& hit,
                   Verdict& verdict) {
  const auto promoted = std::count_if(hit.begin(), hit.end(), IsFailover);
  const std::string text =
      "expected a failover of a fault that hit every node: " + Grouped(promoted) +
      " of " + Counted(static_cast<std::int64_t>(hit.size()), "master") + " had one";
  verdict.cases.push_back(
      promoted > 0
          ? Case{"return", Validity::kPass, text}
          : Unmet(record, "return", text + "; " + hit.front().Sentence(), RestsOn()));
}

void AddCases(const RunRecord& record, const std::vector<Return>& returns,
              Verdict& verdict) {
  const std::string wanted = ReadExpectations(record).way_back;
  bool any_master = false;
  for (std::size_t i = 0; i < record.faults.size(); ++i) {
    std::vector<Return> hit;
    for (const Return& found : returns) {
      if (found.absence.fault == i && found.was_master) hit.push_back(found);
    }
    any_master = any_master || !hit.empty();
    const bool together = wanted == "failover" && HitsAll(record, record.faults[i]);
    if (together && !hit.empty()) {
      JudgeTogether(record, hit, verdict);
      continue;
    }
    for (const Return& found : hit) {
      verdict.cases.push_back(Judged(record, found, wanted));
    }
  }
  if (any_master || wanted == "any") return;
  verdict.cases.push_back(Unmet(
      record, "return",
      (wanted == "theory" ? "expected a return by theory" : "expected a " + wanted) +
          ", but no master was hit",
      {"fault_not_proven", "interrupted"}));
}

std::string Summary(const std::vector<Return>& returns) {
  constexpr std::int64_t kMostTold = 3;
  std::string text;
  std::int64_t masters = 0;
  bool all_restarts = true;
  for (const Return& found : returns) {
    if (!found.was_master) continue;
    all_restarts = all_restarts && found.kind == ReturnKind::kRestart;
    if (++masters > kMostTold) continue;
    text += (text.empty() ? "" : "; ") + found.Sentence();
  }
  if (masters == 0) return "no master was hit, so none had to come back";
  if (masters > kMostTold) {
    text += "; and " + Counted(masters - kMostTold, "further master");
  }
  return all_restarts ? text + ". This run proves nothing about failover." : text;
}

}  // namespace

Verdict CheckRestartOrFailover(const RunRecord& record) {
  const std::vector<TimedView> views = AllViews(record);
  const Reigns reigns(record, views);
  const std::vector<Return> returns =
      AnalyseReturns(record, views, reigns, AnalysePromotions(record, views, reigns));
  Verdict verdict;
  verdict.checker = "restart_or_failover";
  verdict.summary = Summary(returns);
  AddCases(record, returns, verdict);
  json victims = json::array();
  for (const Return& found : returns) victims.push_back(VictimJson(record, found));
  verdict.details = {
      {"proves_failover", std::any_of(returns.begin(), returns.end(), IsFailover)},
      {"victims", std::move(victims)}};
  Conclude(verdict);
  return verdict;
}

}  // namespace slotquake
