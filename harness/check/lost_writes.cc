#include "harness/check/lost_writes.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "harness/check/append_losses.h"
#include "harness/check/counter_losses.h"
#include "harness/check/evidence.h"
#include "harness/check/expectations.h"
#include "harness/check/figures.h"
#include "harness/check/loss_cause.h"
#include "harness/check/loss_window.h"
#include "harness/check/unmet.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxListed = 500;

struct Totals {
  std::int64_t acked = 0;
  std::int64_t unknown = 0;
  std::int64_t lower = 0;
  std::int64_t upper = 0;
  std::int64_t firm = 0;  // losses that stand whatever the final reads say
};

Totals Add(const CounterLosses& counter, const AppendLosses& append, bool at_rest) {
  const auto missing = static_cast<std::int64_t>(append.lost.size());
  Totals totals;
  totals.acked = counter.acked + append.acked;
  totals.unknown = counter.unknown + append.unknown;
  totals.lower = counter.lower + missing;
  totals.upper = counter.upper + missing + append.undecided;
  totals.firm = at_rest ? totals.lower : counter.lower_by_acks;
  return totals;
}

std::string Summary(const CounterLosses& counter, const AppendLosses& append,
                    const Totals& totals) {
  const std::string of = " of " + Grouped(totals.acked) + " acknowledged writes";
  if (totals.acked == 0) return "no write was acknowledged, so none could be lost";
  if (totals.lower == totals.upper) return Grouped(totals.lower) + of + " lost";
  std::string why;
  if (counter.unknown + append.unknown > 0) {
    why = Counted(totals.unknown, "unknown outcome");
  }
  const std::int64_t unread = counter.unread;
  if (unread > 0) {
    why += (why.empty() ? "" : ", ") + Counted(unread, "counter") +
           " without a final read";
  }
  if (append.undecided > 0) {
    why += (why.empty() ? "" : ", ") + Counted(append.undecided, "append") +
           " without a final read";
  }
  if (counter.upper > counter.lower && unread == 0) {
    why += "; an append load would decide it";
  }
  return "lost: " + Bounds(totals.lower, totals.upper) + of + " (" + why + ")";
}

json WindowsJson(const RunRecord& record, const Reigns& reigns,
                 const std::vector<LossWindow>& windows) {
  json list = json::array();
  for (const LossWindow& window : windows) {
    const Nanos zero = window.fault < 0
                           ? Nanos(0)
                           : record.faults[static_cast<std::size_t>(window.fault)].done;
    const auto& group = reigns.groups()[static_cast<std::size_t>(window.group)];
    list.push_back({{"fault", window.fault < 0 ? json() : json(window.fault)},
                    {"shard", window.group},
                    {"slots", ToString(group.slots)},
                    {"first_relative_ms", ToMillis(window.first - zero)},
                    {"last_relative_ms", ToMillis(window.last - zero)},
                    {"length_ms", ToMillis(window.last - window.first)},
                    {"uncertainty_ms", ToMillis(window.uncertainty)},
                    {"lost", window.lost},
                    {"acks_inside", window.acks_inside},
                    {"share", static_cast<double>(window.lost) /
                                  static_cast<double>(
                                      std::max<std::int64_t>(window.acks_inside, 1))}});
  }
  return list;
}

// Adds "causes", "writes" and "writes_total".
void AddWrites(const RunRecord& record, const CauseFinder& causes,
               std::vector<LostWrite> lost, json& details) {
  const auto& operations = record.history.operations();
  std::sort(lost.begin(), lost.end(), [&](const LostWrite& a, const LostWrite& b) {
    return std::pair(operations[a.op].completed, operations[a.op].id) <
           std::pair(operations[b.op].completed, operations[b.op].id);
  });
  std::map<std::string, std::int64_t> count;
  json list = json::array();
  for (const LostWrite& write : lost) {
    const Operation& op = operations[write.op];
    const LossCause cause = causes.Decide(write);
    ++count[cause.cause];
    if (list.size() >= kMaxListed) continue;
    const int fault = FaultOf(record, causes, write);
    const Nanos zero =
        fault < 0 ? Nanos(0) : record.faults[static_cast<std::size_t>(fault)].done;
    list.push_back({{"op", op.id},
                    {"kind", Name(op.kind)},
                    {"key", record.history.KeyOf(op)},
                    {"slot", op.slot},
                    {"node", record.history.NodeOf(op)},
                    {"value", op.value},
                    {"acked_ms", ToMillis(op.completed)},
                    {"relative_ms", ToMillis(op.completed - zero)},
                    {"fault", fault < 0 ? json() : json(fault)},
                    {"cause", cause.cause},
                    {"evidence", cause.evidence}});
  }
  details["causes"] = count;
  details["writes"] = std::move(list);
  details["writes_total"] = lost.size();
}

json ReignsJson(const Reigns& reigns) {
  json list = json::array();
  for (const ReignGroup& group : reigns.groups()) {
    for (const Reign& reign : group.reigns) {
      const bool known = reign.begin_hi < Nanos::max() / 2;
      list.push_back({{"slots", ToString(group.slots)},
                      {"node", reign.node},
                      {"epoch", reign.epoch},
                      {"begin_ms", known ? json(ToMillis(reign.begin_hi)) : json()},
                      {"restart", reign.by_restart}});
    }
  }
  return list;
}

json Details(const CounterLosses& counter, const AppendLosses& append,
             const Totals& totals) {
  return {{"acked", totals.acked},
          {"rejected", counter.rejected + append.rejected},
          {"unknown", totals.unknown},
          {"keys", counter.keys},
          {"definite", counter.lost.size() + append.lost.size()},
          {"lower", totals.lower},
          {"upper", totals.upper},
          {"double_count", counter.double_count},
          {"surplus", counter.surplus},
          {"counter",
           {{"acked", counter.acked},
            {"rejected", counter.rejected},
            {"unknown", counter.unknown},
            {"keys", counter.keys},
            {"definite", counter.lost.size()},
            {"lower", counter.lower},
            {"upper", counter.upper},
            {"double_count", counter.double_count},
            {"surplus", counter.surplus},
            {"contradictions", counter.contradictions},
            {"unread", counter.unread}}},
          {"append",
           {{"acked", append.acked},
            {"rejected", append.rejected},
            {"unknown", append.unknown},
            {"lost", append.lost.size()},
            {"undecided", append.undecided},
            {"unknown_applied", append.unknown_applied},
            {"refused_but_applied", append.refused_but_applied},
            {"applied_twice", append.applied_twice},
            {"reordered", append.reordered},
            {"foreign", append.foreign}}}};
}

Case MaxCount(const RunRecord& record, std::int64_t max, const Totals& totals) {
  const std::string text = "expected at most " + Grouped(max) + " lost, found " +
                           Bounds(totals.lower, totals.upper);
  if (totals.firm > max) return {"max_count", Validity::kFail, text};
  if (totals.lower > max) {
    return {"max_count", Validity::kInconclusive,
            text + ", by final reads that were not made at rest"};
  }
  if (totals.upper > max) {
    return {"max_count", Validity::kInconclusive, text + ": it can not be told"};
  }
  if (!record.rest.reached && totals.acked > 0) {
    return {"max_count", Validity::kInconclusive,
            text + ", but the cluster was not at rest before the final reads"};
  }
  return {"max_count", Validity::kPass, text};
}

Case MinCount(const RunRecord& record, std::int64_t min, const Totals& totals) {
  const std::string text = "expected at least " + Grouped(min) + " lost, found " +
                           Bounds(totals.lower, totals.upper);
  if (totals.lower >= min) {
    const bool firm = record.rest.reached || totals.firm >= min;
    return {"min_count", firm ? Validity::kPass : Validity::kInconclusive,
            firm ? text : text + ", by final reads that were not made at rest"};
  }
  if (totals.upper >= min) {
    return {"min_count", Validity::kInconclusive, text + ": it can not be told"};
  }
  return Unmet(record, "min_count", text,
               {"fault_not_proven", "unhealthy_before", "load_too_thin",
                "record_incomplete", "interrupted"});
}

Case MaxWindow(const RunRecord& record, double max_ms, const Totals& totals,
               std::size_t definite, const std::vector<LossWindow>& windows) {
  double longest = 0;
  double least_certain = 0;
  for (const LossWindow& window : windows) {
    const double length = ToMillis(window.last - window.first);
    longest = std::max(longest, length + ToMillis(window.uncertainty));
    least_certain = std::max(least_certain, length - ToMillis(window.uncertainty));
  }
  const std::string text = "expected no window of lost writes over " +
                           Duration(max_ms) + ", the longest found is " +
                           Duration(longest);
  if (least_certain > max_ms) {
    return Unmet(record, "max_window_ms", text, {"clock_bound", "record_incomplete"});
  }
  if (longest > max_ms) {
    return {"max_window_ms", Validity::kInconclusive,
            text + ", with its uncertainty of time"};
  }
  if (totals.upper > static_cast<std::int64_t>(definite)) {
    return {"max_window_ms", Validity::kInconclusive,
            text + ", but up to " +
                Grouped(totals.upper - static_cast<std::int64_t>(definite)) +
                " further losses have no known instant"};
  }
  return {"max_window_ms", Validity::kPass, text};
}

// Rules that hold whatever the scenario expects.
void AddRules(const CounterLosses& counter, const AppendLosses& append,
              Verdict& verdict) {
  const auto add = [&](const char* name, bool broken, Validity validity,
                       std::string text) {
    verdict.cases.push_back(
        {name, broken ? validity : Validity::kPass, std::move(text)});
  };
  if (counter.keys > 0) {
    add("double_count", counter.surplus > 0, Validity::kFail,
        counter.surplus > 0
            ? Counted(counter.double_count, "counter") + " hold " +
                  Grouped(counter.surplus) + " more than acknowledged and unknown " +
                  "writes together: something was counted twice"
            : "no counter holds more than its acknowledged and unknown writes");
    add("values_agree", counter.contradictions > 0, Validity::kInconclusive,
        counter.contradictions > 0
            ? "the values of " + Counted(counter.contradictions, "counter") +
                  " prove more losses than the final value leaves room for"
            : "acknowledged values and final values agree");
  }
  if (append.acked + append.unknown + append.rejected == 0) return;
  add("refused_but_applied", append.refused_but_applied > 0, Validity::kFail,
      Counted(append.refused_but_applied, "refused append") + " found in a list");
  add("applied_twice", append.applied_twice > 0, Validity::kFail,
      Counted(append.applied_twice, "append") + " found twice");
}

}  // namespace

Verdict CheckLostWrites(const RunRecord& record) {
  const std::vector<TimedView> views = AllViews(record);
  const Reigns reigns(record, views);
  const CounterLosses counter = FindCounterLosses(record, reigns);
  const AppendLosses append = FindAppendLosses(record, reigns);
  std::vector<LostWrite> lost = counter.lost;
  lost.insert(lost.end(), append.lost.begin(), append.lost.end());
  const CauseFinder causes(record, reigns);
  const std::vector<LossWindow> windows = FindLossWindows(record, reigns, causes, lost);
  const Totals totals = Add(counter, append, record.rest.reached);

  Verdict verdict;
  verdict.checker = "lost_writes";
  verdict.summary = Summary(counter, append, totals);
  if (!record.rest.reached && totals.acked > 0) {
    verdict.summary += "; read before the cluster was at rest";
  }
  const ExpectedOutcome expect = ReadExpectations(record);
  if (expect.lost_max_count) {
    verdict.cases.push_back(MaxCount(record, *expect.lost_max_count, totals));
  }
  if (expect.lost_min_count) {
    verdict.cases.push_back(MinCount(record, *expect.lost_min_count, totals));
  }
  if (expect.lost_max_window_ms) {
    verdict.cases.push_back(
        MaxWindow(record, *expect.lost_max_window_ms, totals, lost.size(), windows));
  }
  AddRules(counter, append, verdict);
  verdict.details = Details(counter, append, totals);
  verdict.details["windows"] = WindowsJson(record, reigns, windows);
  AddWrites(record, causes, std::move(lost), verdict.details);
  verdict.details["reigns"] = ReignsJson(reigns);
  Conclude(verdict);
  return verdict;
}

}  // namespace slotquake
