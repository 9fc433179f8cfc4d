#include "harness/check/promotion_timing.h"

#include <algorithm>
#include <vector>

#include "harness/check/evidence.h"
#include "harness/check/expectations.h"
#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"
#include "harness/check/promotion_analysis.h"
#include "harness/check/reigns.h"
#include "harness/check/unmet.h"

namespace slotquake {
namespace {

using nlohmann::json;

std::optional<double> ElectionMax(const Promotion& promotion) {
  for (const Phase& phase : promotion.phases) {
    if (phase.name == "started" && phase.theory) return phase.theory->max_ms;
  }
  return std::nullopt;
}

json OrNull(std::optional<double> value) { return value ? json(*value) : json(); }

json PhaseJson(const Promotion& promotion, const Phase& phase, Nanos slack) {
  const bool known = phase.instant.has_value();
  return {{"name", phase.name},
          {"relative_ms", known ? json(promotion.RelativeMs(*phase.instant)) : json()},
          {"uncertainty_ms",
           known ? json(promotion.UncertaintyMs(*phase.instant, slack)) : json()},
          {"source", known ? phase.instant->source : ""},
          {"node", known ? phase.instant->node : ""},
          {"min_ms", phase.theory ? json(phase.theory->min_ms) : json()},
          {"max_ms", phase.theory ? json(phase.theory->max_ms) : json()},
          {"rule", phase.rule},
          {"judgement", phase.judgement}};
}

json FaultJson(const Promotion& promotion, Nanos slack) {
  json phases = json::array();
  for (const Phase& phase : promotion.phases) {
    phases.push_back(PhaseJson(promotion, phase, slack));
  }
  const Instant* won = promotion.At("won");
  const auto allowed = promotion.Allowed();
  return {{"fault", promotion.fault},
          {"type", promotion.type},
          {"victim", promotion.victim.node},
          {"was_master", promotion.victim.was_master},
          {"shard", ToString(promotion.victim.slots)},
          {"zero_ms", ToMillis(promotion.zero)},
          {"promoted", promotion.promoted},
          {"promoted_epoch", promotion.promoted_epoch},
          {"phases", std::move(phases)},
          {"promotion_ms", won == nullptr ? json() : json(promotion.RelativeMs(*won))},
          {"promotion_min_ms", allowed ? json(allowed->min_ms) : json()},
          {"promotion_max_ms", allowed ? json(allowed->max_ms) : json()},
          {"election_max_ms", OrNull(ElectionMax(promotion))},
          {"outage",
           {{"clients", promotion.outage.clients},
            {"median_ms", promotion.outage.median_ms},
            {"max_ms", promotion.outage.max_ms}}},
          {"none_reason", promotion.none_reason}};
}

// "theory 2.50 – 5.20 s, + votes ≤ 4.00 s"
std::string TheoryWords(const Promotion& promotion) {
  const auto allowed = promotion.Allowed();
  const auto election = ElectionMax(promotion);
  if (!allowed || !election) return "no theory applies";
  return "theory " + TheoryRange(allowed->min_ms, *election, allowed->max_ms);
}

std::string Sentence(const Promotion& promotion, Nanos slack) {
  const Instant* won = promotion.At("won");
  if (won == nullptr) {
    return "nobody was promoted for " + promotion.victim.node + " (" +
           promotion.none_reason + ")";
  }
  return promotion.promoted + " promoted after " +
         Duration(promotion.RelativeMs(*won)) + " ± " +
         Duration(promotion.UncertaintyMs(*won, slack)) + " (" +
         TheoryWords(promotion) + ")";
}

// Which of the cluster's own nodes had the slots before: what a stranger that met the
// cluster says of its slots makes no promotion of the owner that they always had.
const Reign* OwnerBefore(const RunRecord& record, const std::vector<Reign>& reigns,
                         std::size_t i) {
  while (i > 0) {
    --i;
    if (record.FindNode(reigns[i].node) != nullptr) return &reigns[i];
  }
  return nullptr;
}

// Owners that came to their slots while the load ran, whatever the faults were.
std::vector<std::string> AllPromotions(const RunRecord& record, const Reigns& reigns) {
  std::vector<std::string> promoted;
  const auto& operations = record.history.operations();
  if (operations.empty()) return promoted;
  Nanos begin = operations.front().invoked;
  for (const Operation& op : operations) begin = std::min(begin, op.invoked);
  for (const ReignGroup& group : reigns.groups()) {
    for (std::size_t i = 1; i < group.reigns.size(); ++i) {
      const Reign& reign = group.reigns[i];
      const Reign* before = OwnerBefore(record, group.reigns, i);
      if (reign.by_restart || reign.by_move || reign.begin_hi < begin ||
          before == nullptr || reign.node == before->node) {
        continue;
      }
      const std::string text =
          reign.node + " (epoch " + std::to_string(reign.epoch) + ")";
      if (std::find(promoted.begin(), promoted.end(), text) == promoted.end()) {
        promoted.push_back(text);
      }
    }
  }
  return promoted;
}

// What a missing or a slow promotion can only be known by.
const std::vector<std::string>& Evidence() {
  static const std::vector<std::string> kNames = {
      "fault_not_proven", "unhealthy_before",  "observer_gap",      "clock_bound",
      "harness_stall",    "impossible_timing", "record_incomplete", "interrupted"};
  return kNames;
}

void JudgeRequiredOf(const RunRecord& record, const Promotion& promotion,
                     Verdict& verdict) {
  const std::string name = "promotion/" + promotion.victim.node;
  const std::string text =
      "a promotion is required: " + Sentence(promotion, ClockSlack(record));
  verdict.cases.push_back(promotion.promoted.empty()
                              ? Unmet(record, name, text, Evidence())
                              : Case{name, Validity::kPass, text});
}

// One promotion among those that a fault may have brought about is enough.
void JudgeRequiredAmong(const RunRecord& record, const std::vector<Promotion>& hit,
                        Verdict& verdict) {
  const auto promoted = std::find_if(hit.begin(), hit.end(), [](const Promotion& one) {
    return !one.promoted.empty();
  });
  const bool met = promoted != hit.end();
  const std::string text = "a promotion is required, of any master: " +
                           Sentence(met ? *promoted : hit.front(), ClockSlack(record));
  verdict.cases.push_back(met ? Case{"promotion", Validity::kPass, text}
                              : Unmet(record, "promotion", text, Evidence()));
}

void JudgeRequired(const RunRecord& record, const std::vector<Promotion>& promotions,
                   Verdict& verdict) {
  bool any_master = false;
  // Those that break nobody matter only where no other fault hits a master.
  const bool breaks = std::any_of(
      promotions.begin(), promotions.end(), [&](const Promotion& promotion) {
        return promotion.victim.was_master &&
               EffectOf(record.faults[promotion.absence.fault]) != FaultEffect::kOther;
      });
  for (std::size_t i = 0; i < record.faults.size(); ++i) {
    if (breaks && EffectOf(record.faults[i]) == FaultEffect::kOther) continue;
    std::vector<Promotion> hit;
    for (const Promotion& promotion : promotions) {
      if (promotion.absence.fault == i && promotion.victim.was_master) {
        hit.push_back(promotion);
      }
    }
    any_master = any_master || !hit.empty();
    const FaultRecord& fault = record.faults[i];
    if (hit.empty()) continue;
    if (HitsAll(record, fault) || EffectOf(fault) == FaultEffect::kOther) {
      JudgeRequiredAmong(record, hit, verdict);
      continue;
    }
    for (const Promotion& promotion : hit) JudgeRequiredOf(record, promotion, verdict);
  }
  if (!any_master) {
    verdict.cases.push_back(Unmet(record, "promotion",
                                  "a promotion is required, but no master was hit",
                                  {"fault_not_proven", "interrupted"}));
  }
}

void JudgeForbidden(const RunRecord& record, const Reigns& reigns, Verdict& verdict) {
  const std::vector<std::string> promoted = AllPromotions(record, reigns);
  if (promoted.empty()) {
    // That nobody saw one is worth as much as the watching.
    Case absent =
        Unmet(record, "promotion", "no promotion is allowed, and none was seen",
              {"fault_not_proven", "observer_gap", "record_incomplete", "interrupted"});
    if (absent.validity == Validity::kFail) absent.validity = Validity::kPass;
    verdict.cases.push_back(std::move(absent));
    return;
  }
  std::string names;
  for (const std::string& name : promoted) names += (names.empty() ? "" : ", ") + name;
  verdict.cases.push_back(Unmet(record, "promotion",
                                "no promotion is allowed, but promoted: " + names,
                                {"fault_not_proven", "harness_stall"}));
}

void JudgeMaximum(const RunRecord& record, const Promotion& promotion, double max_ms,
                  Verdict& verdict) {
  const Instant* won = promotion.At("won");
  if (won == nullptr) return;
  const Nanos slack = ClockSlack(record);
  const std::string name = "promotion_ms/" + promotion.victim.node;
  const std::string text = "expected a promotion within " + Duration(max_ms) + ": " +
                           Sentence(promotion, slack);
  const double earliest = ToMillis(won->lo - promotion.zero - slack);
  const double latest = ToMillis(won->hi - promotion.asked + slack);
  if (latest <= max_ms) {
    verdict.cases.push_back({name, Validity::kPass, text});
  } else if (earliest > max_ms) {
    verdict.cases.push_back(Unmet(record, name, text, Evidence()));
  } else {
    verdict.cases.push_back(
        {name, Validity::kInconclusive, text + ", too close to tell"});
  }
}

void JudgeTheory(const RunRecord& record, const Promotion& promotion,
                 Verdict& verdict) {
  if (promotion.promoted.empty()) return;
  const std::string name = "promotion_ms/" + promotion.victim.node;
  const std::string text =
      "expected a promotion within theory: " + Sentence(promotion, ClockSlack(record));
  if (!promotion.Allowed()) {
    verdict.cases.push_back({name, Validity::kInconclusive, text});
    return;
  }
  std::string late;
  for (const Phase& phase : promotion.phases) {
    if (phase.judgement == "late") late += (late.empty() ? "" : ", ") + phase.name;
  }
  verdict.cases.push_back(
      late.empty() ? Case{name, Validity::kPass, text}
                   : Unmet(record, name, text + "; late: " + late, Evidence()));
}

// "late" is a finding even where nothing is expected; "impossible" makes the run
// inconclusive.
void AddFindings(const Promotion& promotion, Verdict& verdict) {
  for (const Phase& phase : promotion.phases) {
    if (phase.judgement == "impossible") {
      verdict.cases.push_back(
          {"impossible_timing", Validity::kInconclusive,
           phase.name + " came at " + Relative(promotion.RelativeMs(*phase.instant)) +
               ", before the earliest possible " + Relative(phase.theory->min_ms) +
               ": a clock, the record or the version is not what it seems"});
    } else if (phase.judgement == "late") {
      verdict.cases.push_back({"late/" + phase.name, Validity::kPass,
                               "finding: " + phase.name + " came at " +
                                   Relative(promotion.RelativeMs(*phase.instant)) +
                                   ", later than theory allows (" +
                                   Relative(phase.theory->max_ms) + ")"});
    }
  }
  if (!promotion.inconsistency.empty()) {
    verdict.cases.push_back(
        {"record_consistent", Validity::kInconclusive, promotion.inconsistency});
  }
}

}  // namespace

Verdict CheckPromotionTiming(const RunRecord& record) {
  const std::vector<TimedView> views = AllViews(record);
  const Reigns reigns(record, views);
  const std::vector<Promotion> promotions = AnalysePromotions(record, views, reigns);
  const ExpectedOutcome expect = ReadExpectations(record);
  const Nanos slack = ClockSlack(record);
  Verdict verdict;
  verdict.checker = "promotion_timing";
  json faults = json::array();
  for (const Promotion& promotion : promotions) {
    faults.push_back(FaultJson(promotion, slack));
    if (promotion.victim.was_master) {
      verdict.summary +=
          (verdict.summary.empty() ? "" : "; ") + Sentence(promotion, slack);
    }
    AddFindings(promotion, verdict);
  }
  if (verdict.summary.empty()) {
    const auto promoted = AllPromotions(record, reigns);
    verdict.summary = promoted.empty() ? "no master was hit, and nobody was promoted"
                                       : "no master was hit, but " + promoted.front() +
                                             " was promoted";
  }
  if (expect.promotion == "required") JudgeRequired(record, promotions, verdict);
  if (expect.promotion == "forbidden") JudgeForbidden(record, reigns, verdict);
  for (const Promotion& promotion : promotions) {
    if (!promotion.victim.was_master) continue;
    if (expect.promotion_max_ms) {
      JudgeMaximum(record, promotion, *expect.promotion_max_ms, verdict);
    }
    if (expect.promotion_within_theory) JudgeTheory(record, promotion, verdict);
  }
  verdict.details["faults"] = std::move(faults);
  Conclude(verdict);
  return verdict;
}

}  // namespace slotquake
