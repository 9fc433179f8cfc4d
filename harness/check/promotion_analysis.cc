#include "harness/check/promotion_analysis.h"

#include <algorithm>
#include <limits>
#include <set>

#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"
#include "harness/check/outage.h"
#include "harness/check/promotion_phases.h"

namespace slotquake {
namespace {

// Servers count whole milliseconds, and so do their logs.
constexpr double kServerClockMs = 1;

struct Masters {
  int all = 0;
  int hit = 0;
};

// Masters with slots before the fault, and how many of them were down or cut off by
// the time at which this fault could have been voted on.
Masters CountMasters(const RunRecord& record, const std::vector<TimedView>& views,
                     const std::vector<Absence>& absences, Nanos asked,
                     double timeout_ms) {
  const TimedView* before = nullptr;
  for (const TimedView& seen : views) {
    if (seen.at <= asked) before = &seen;
  }
  Masters masters;
  if (before == nullptr) return masters;
  std::set<std::string> hit = AwayNodes(absences, asked + FromMillis(timeout_ms));
  hit.merge(AwayNodes(absences, asked));
  for (const NodeView& node : before->view.nodes) {
    if (!node.master || node.slots.empty()) continue;
    ++masters.all;
    masters.hit += hit.contains(NameOf(record, node.id)) ? 1 : 0;
  }
  return masters;
}

TheoryInput InputOf(const RunRecord& record, int rank, int failed_masters) {
  TheoryInput input;
  input.rank = rank;
  input.failed_masters = std::max(failed_masters, 1);
  bool first = true;
  for (const NodeRecord& node : record.nodes) {
    const double timeout = NodeTimeoutMs(&node);
    input.min_timeout_ms = first ? timeout : std::min(input.min_timeout_ms, timeout);
    input.max_timeout_ms = first ? timeout : std::max(input.max_timeout_ms, timeout);
    if (first) {
      input.engine = node.engine;
      input.version = node.version;
    }
    first = false;
  }
  return input;
}

// The rank with which the promoted replica started its last election.
int RankOf(const RunRecord& record, const std::string& node, Nanos from, Nanos until) {
  int rank = 0;
  for (const char* name : {"election_scheduled", "rank_updated"}) {
    for (const Observation* event : LogEvents(record, name)) {
      if (event->node == node && event->at >= from && event->at < until) {
        rank = std::max(rank, static_cast<int>(Number(*event, "rank", 0)));
      }
    }
  }
  return rank;
}

void Judge(const Promotion& promotion, Nanos slack, Phase& phase) {
  if (!phase.theory || promotion.promoted.empty()) return;
  if (!phase.instant) {
    phase.judgement = "missing";
    return;
  }
  const double earliest = ToMillis(phase.instant->lo - promotion.zero - slack);
  const double latest = ToMillis(phase.instant->hi - promotion.asked + slack);
  if (latest + kServerClockMs < phase.theory->min_ms) {
    phase.judgement = "impossible";
  } else if (earliest - kServerClockMs > phase.theory->max_ms) {
    phase.judgement = "late";
  } else {
    phase.judgement = "in_time";
  }
}

std::string Reasons(const RunRecord& record, const Promotion& promotion, Nanos until) {
  std::string reason;
  for (const Observation& seen : record.observations) {
    if (seen.kind != observation_kind::kLog || seen.at < promotion.asked ||
        seen.at >= until) {
      continue;
    }
    const std::string event = Text(seen, "event");
    // The last word counts: the earlier ones are about waiting.
    if (event == "cannot_failover" || event == "vote_denied") {
      reason = seen.node + ": " + Text(seen, "reason");
    } else if (event == "election_expired") {
      reason = seen.node + ": its election expired without a majority";
    }
  }
  return reason;
}

// Back before anybody can have held it for failing: nothing to be promoted for.
std::string RestartReason(const Promotion& promotion, double timeout_ms) {
  const Absence& absence = promotion.absence;
  if (!absence.gone || !absence.back || ToMillis(absence.Longest()) >= timeout_ms) {
    return "";
  }
  return promotion.victim.node + " was back after " +
         Duration(ToMillis(absence.back->hi - absence.gone->hi)) +
         ", inside the node timeout of " + Duration(timeout_ms) +
         ": the same master serves again, and no failover was due";
}

std::string NoneReason(const RunRecord& record, const Promotion& promotion,
                       const Masters& masters, const PhaseFinder& finder, Nanos until) {
  if (!promotion.victim.was_master) return "the victim was a replica";
  const std::string restart = RestartReason(promotion, LeastTimeoutMs(record));
  if (!restart.empty()) return restart;
  if (promotion.no_majority) {
    return "only " + std::to_string(masters.all - masters.hit) + " of " +
           std::to_string(masters.all) +
           " masters left: without a majority no promotion is possible";
  }
  const std::string said = Reasons(record, promotion, until);
  if (!said.empty()) return said;
  if (!finder.FirstPfail()) {
    return "no node came to hold " + promotion.victim.node + " for possibly failing";
  }
  if (!finder.Fail()) {
    return "no majority came to hold " + promotion.victim.node + " for failing";
  }
  return promotion.victim.node +
         " was held for failing, and no log says why nobody "
         "was elected";
}

void AddPhases(const PhaseFinder& finder, const Reign* successor, Nanos asked,
               Promotion& promotion) {
  const auto add = [&](const char* name, std::optional<Instant> instant) {
    promotion.phases.push_back(
        {name, std::move(instant), std::nullopt, "", "not_judged"});
  };
  add("first_pfail", finder.FirstPfail());
  add("fail", finder.Fail());
  if (successor == nullptr) return;
  const std::string& node = successor->node;
  std::optional<Instant> won = finder.FirstLog(node, "election_won");
  if (!won) won = Instant{successor->begin_lo, successor->begin_hi, "poll", node};
  won->lo = std::max(won->lo, asked);
  add("scheduled", finder.LastLog(node, "election_scheduled", won->hi));
  add("started", finder.LastLog(node, "election_started", won->hi));
  add("won", won);
  add("agreed", finder.Agreed(node, won->hi));
  add("first_write", finder.FirstWrite(node));
  add("rejoined", finder.Rejoined(node, won->hi));
}

void AddTheory(const PromotionTheory& theory, double timeout_ms, Promotion& promotion) {
  const std::string t = Duration(timeout_ms);
  for (Phase& phase : promotion.phases) {
    if (phase.name == "first_pfail") {
      phase.theory = theory.first_pfail;
      phase.rule = "T to 1.5 T + tick, T = " + t;
    } else if (phase.name == "fail") {
      phase.theory = theory.fail;
      phase.rule = "a majority, + gossip up to max(1 s, T/2)";
    } else if (phase.name == "scheduled") {
      phase.theory = theory.scheduled;
      phase.rule = "+ tick";
    } else if (phase.name == "started") {
      phase.theory = theory.started;
      phase.rule = "+ election delay, by version and rank";
    } else if (phase.name == "won") {
      phase.theory = theory.won;
      phase.rule = "+ votes within 2 T";
    }
  }
}

// "won" by the log and by the winner's own view must agree within one poll.
std::string Inconsistency(const PhaseFinder& finder, const Promotion& promotion,
                          Nanos slack) {
  const Instant* won = promotion.At("won");
  if (won == nullptr || won->source != "log") return "";
  const TimedView* own =
      finder.FirstOwnView(promotion.promoted, promotion.promoted_epoch);
  if (own == nullptr) return "";
  const Nanos poll = own->at - own->not_before;
  const Nanos margin = slack + FromMillis(kServerClockMs);
  if (own->at + margin >= won->lo && own->not_before - poll - margin <= won->hi)
    return "";
  return promotion.promoted + "'s log has the won election at " +
         Relative(promotion.RelativeMs(*won)) + ", its own view at " +
         Relative(ToMillis(own->at - promotion.zero));
}

// The zero of the axis: the fault itself, but for a victim that went later than it
// was asked to (a pod has time to end).
void SetZero(const FaultRecord& fault, const Reign* successor, Promotion& promotion) {
  promotion.asked = fault.asked;
  promotion.zero = fault.done;
  const std::optional<Instant>& gone = promotion.absence.gone;
  if (!gone || gone->lo <= fault.done) return;
  // Promoted before it went: it handed over.
  if (successor != nullptr && successor->begin_hi <= gone->lo) return;
  promotion.asked = gone->lo;
  promotion.zero = gone->hi;
}

// Whether it must have begun with a node that did not answer: no ordered handover
// does, and a node that is only slow is not known to.
bool HasTheory(const Promotion& promotion, const Reign* successor) {
  const Absence& absence = promotion.absence;
  return promotion.victim.was_master && absence.gone &&
         absence.effect != FaultEffect::kHandover &&
         (successor == nullptr || successor->begin_hi >= absence.gone->lo);
}

Outage MeasureOutageOf(const RunRecord& record, const Promotion& promotion) {
  const FaultRecord& fault = record.faults[promotion.absence.fault];
  Nanos back = fault.recovered ? fault.recover_done : fault.done;
  if (promotion.absence.back) back = std::max(fault.done, promotion.absence.back->hi);
  if (const Instant* first = promotion.At("first_write")) back = first->hi;
  Nanos end = fault.done;
  for (const Operation& op : record.history.operations()) {
    end = std::max(end, op.completed);
  }
  return MeasureOutage(record.history, ToSet(promotion.victim.slots), fault.asked, back,
                       std::min(end, promotion.absence.until));
}

bool Overlap(const std::vector<SlotRange>& some, const std::vector<SlotRange>& others) {
  for (const SlotRange& one : some) {
    for (const SlotRange& other : others) {
      if (one.first <= other.last && other.first <= one.last) return true;
    }
  }
  return false;
}

Promotion Analyse(const RunRecord& record, const std::vector<TimedView>& views,
                  const Reigns& reigns, const std::vector<Absence>& absences,
                  const Absence& absence, const Victim& victim) {
  const FaultRecord& fault = record.faults[absence.fault];
  const Nanos slack = ClockSlack(record);
  Promotion promotion;
  promotion.fault = static_cast<int>(absence.fault);
  promotion.type = fault.type;
  promotion.victim = victim;
  promotion.absence = absence;
  const Nanos until = absence.until;
  const PhaseFinder finder(record, views, absences, victim, fault.asked, until);
  const Reign* successor = FindSuccessor(reigns, victim, fault.asked, until);
  if (successor != nullptr) {
    promotion.promoted = successor->node;
    promotion.promoted_epoch = successor->epoch;
  }
  SetZero(fault, successor, promotion);
  AddPhases(finder, successor, fault.asked, promotion);

  const TheoryInput no_rank = InputOf(record, 0, 1);
  const Masters masters =
      CountMasters(record, views, absences, promotion.asked, no_rank.max_timeout_ms);
  if (HasTheory(promotion, successor)) {
    const int rank = RankOf(record, promotion.promoted, fault.asked, until);
    AddTheory(ComputeTheory(InputOf(record, rank, masters.hit)), no_rank.max_timeout_ms,
              promotion);
  }
  promotion.no_majority =
      masters.all > 0 && masters.all - masters.hit <= masters.all / 2;
  for (Phase& phase : promotion.phases) Judge(promotion, slack, phase);
  if (successor == nullptr) {
    promotion.none_reason = NoneReason(record, promotion, masters, finder, until);
  } else {
    promotion.inconsistency = Inconsistency(finder, promotion, slack);
  }
  promotion.outage = MeasureOutageOf(record, promotion);
  return promotion;
}

}  // namespace

const Reign* FindSuccessor(const Reigns& reigns, const Victim& victim, Nanos from,
                           Nanos until) {
  const Reign* found = nullptr;
  for (const ReignGroup& group : reigns.groups()) {
    if (!Overlap(group.slots, victim.slots)) continue;
    for (const Reign& reign : group.reigns) {
      if (reign.by_restart || reign.node == victim.node || reign.begin_hi < from ||
          reign.begin_hi >= until || reign.epoch <= victim.config_epoch) {
        continue;
      }
      // Slots that were moved away are another shard's from then on.
      if (reign.by_move) break;
      if (found == nullptr || reign.begin_hi < found->begin_hi) found = &reign;
    }
  }
  return found;
}

const Instant* Promotion::At(const std::string& phase) const {
  for (const Phase& one : phases) {
    if (one.name == phase && one.instant) return &*one.instant;
  }
  return nullptr;
}

std::optional<TheoryInterval> Promotion::Allowed() const {
  for (const Phase& phase : phases) {
    if (phase.name == "won") return phase.theory;
  }
  return std::nullopt;
}

double Promotion::RelativeMs(const Instant& instant) const {
  return ToMillis(instant.hi - zero);
}

double Promotion::UncertaintyMs(const Instant& instant, Nanos clock_slack) const {
  return ToMillis(instant.hi - instant.lo + (zero - asked) + clock_slack);
}

std::vector<Promotion> AnalysePromotions(const RunRecord& record,
                                         const std::vector<TimedView>& views,
                                         const Reigns& reigns) {
  std::vector<Promotion> promotions;
  const std::vector<Absence> absences = FindAbsences(record);
  std::size_t next = 0;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) continue;
    for (const Victim& victim : fault.victims) {
      promotions.push_back(
          Analyse(record, views, reigns, absences, absences[next++], victim));
    }
  }
  return promotions;
}

}  // namespace slotquake
