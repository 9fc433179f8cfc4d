#include "harness/check/return_analysis.h"

#include <algorithm>

#include "harness/check/fault_axis.h"
#include "harness/check/theory.h"

namespace slotquake {
namespace {

// Analyses one victim.
class ReturnFinder {
 public:
  ReturnFinder(const RunRecord& record, const std::vector<TimedView>& views,
               const Reigns& reigns, const Promotion& promotion)
      : record_(record),
        views_(views),
        reigns_(reigns),
        promotion_(promotion),
        asked_(record.faults[promotion.absence.fault].asked) {
    found_.fault = promotion.fault;
    found_.victim = promotion.victim;
    found_.absence = promotion.absence;
    found_.timeout_ms = LeastTimeoutMs(record);
    found_.was_master = promotion.victim.was_master;
    found_.no_majority = promotion.no_majority;
    found_.none_reason = promotion.none_reason;
  }

  Return Find() {
    FindMastership();
    if (found_.was_master) {
      FindSuccessor();
      FindRole();
      FindLateAcks();
    }
    FindEpochs();
    found_.kind = Decide();
    return std::move(found_);
  }

 private:
  Nanos until() const { return found_.absence.until; }

  const std::vector<Reign>& ReignsOfShard() const {
    return reigns_.GroupAt(found_.victim.slots.front().first).reigns;
  }

  // One that was a replica when it was chosen may have become the master before it
  // went: in a rollout the nodes go one after another.
  void FindMastership() {
    if (found_.victim.slots.empty()) return;
    const Nanos went = found_.absence.gone ? found_.absence.gone->hi : asked_;
    for (const Reign& reign : ReignsOfShard()) {
      if (reign.node != found_.victim.node || reign.by_restart ||
          reign.begin_hi <= asked_ || reign.begin_hi > went) {
        continue;
      }
      found_.was_master = true;
      found_.victim.config_epoch = std::max(found_.victim.config_epoch, reign.epoch);
    }
  }

  void FindSuccessor() {
    const Reign* successor =
        slotquake::FindSuccessor(reigns_, found_.victim, asked_, until());
    if (successor == nullptr) return;
    found_.promoted = successor->node;
    successor_epoch_ = successor->epoch;
    found_.won = Instant{std::max(asked_, successor->begin_lo), successor->begin_hi,
                         "poll", successor->node};
    const Instant* won = promotion_.At("won");
    if (won != nullptr && promotion_.promoted == successor->node) found_.won = *won;
    for (const Reign& reign : ReignsOfShard()) {
      if (reign.node == found_.victim.node && !reign.by_restart &&
          reign.epoch > successor_epoch_ && reign.begin_hi < until()) {
        found_.won_back = std::max(found_.won_back, reign.epoch);
      }
    }
  }

  // What it says of itself: views are written when they change, so the last one
  // before its return may be the one that still holds.
  void FindRole() {
    if (!found_.absence.back) return;
    const TimedView* last = nullptr;
    for (const TimedView& seen : views_) {
      if (seen.node != found_.victim.node || seen.at >= until()) continue;
      const NodeView* self = seen.view.Myself();
      if (self == nullptr) continue;
      last = &seen;
      found_.came_back_as_master = self->master && !self->slots.empty();
    }
    if (last == nullptr) return;
    const Nanos back = found_.absence.back->lo;
    found_.role = Instant{std::max(back, last->not_before), std::max(back, last->at),
                          "poll", found_.victim.node};
  }

  // Acknowledgements of the victim after its return, under the epoch it had before.
  void FindLateAcks() {
    const auto& names = record_.history.nodes().all();
    const auto name = std::find(names.begin(), names.end(), found_.victim.node);
    if (!found_.absence.back || name == names.end()) return;
    const auto number = static_cast<std::int16_t>(name - names.begin());
    const SlotSet slots = ToSet(found_.victim.slots);
    Nanos from = found_.absence.back->lo;
    if (found_.won) from = std::max(from, found_.won->hi);
    from += ClockSlack(record_);
    for (const Operation& op : record_.history.operations()) {
      if (op.node != number || op.outcome != Outcome::kAcked || op.completed <= from ||
          op.completed >= until() || !slots.test(op.slot)) {
        continue;
      }
      const auto last = static_cast<std::size_t>(reigns_.SpanOf(op).hi);
      const std::vector<Reign>& reigns = reigns_.GroupAt(op.slot).reigns;
      if (last < reigns.size() && found_.won && reigns[last].epoch > successor_epoch_) {
        continue;
      }
      ++found_.late_acks;
    }
  }

  void FindEpochs() {
    for (const Observation& seen : record_.observations) {
      if (seen.kind != observation_kind::kClusterInfo || seen.at >= until()) continue;
      const std::int64_t epoch = Number(seen, "current_epoch");
      found_.epoch_after = std::max(found_.epoch_after, epoch);
      if (seen.at > asked_) continue;
      found_.epoch_before = std::max(found_.epoch_before, epoch);
    }
  }

  ReturnKind Decide() const {
    if (!found_.was_master) return ReturnKind::kNeither;
    const std::optional<Instant>& back = found_.absence.back;
    if (!found_.won) {
      if (!back) return ReturnKind::kNeither;
      return found_.came_back_as_master || found_.late_acks > 0 ? ReturnKind::kRestart
                                                                : ReturnKind::kUnclear;
    }
    if (!back) return ReturnKind::kFailover;
    if (found_.won->lo >= back->hi) return ReturnKind::kBoth;
    if (found_.late_acks > 0 || found_.won_back > 0) return ReturnKind::kBoth;
    return found_.won->hi <= back->lo ? ReturnKind::kFailover : ReturnKind::kUnclear;
  }

  const RunRecord& record_;
  const std::vector<TimedView>& views_;
  const Reigns& reigns_;
  const Promotion& promotion_;
  const Nanos asked_;
  std::int64_t successor_epoch_ = 0;
  Return found_;
};

}  // namespace

const char* Name(ReturnKind kind) {
  switch (kind) {
    case ReturnKind::kRestart:
      return "restart";
    case ReturnKind::kFailover:
      return "failover";
    case ReturnKind::kBoth:
      return "both";
    case ReturnKind::kNeither:
      return "neither";
    case ReturnKind::kUnclear:
      return "unclear";
  }
  return "unclear";
}

bool Return::IsInsideTimeout() const {
  return absence.gone && absence.back && ToMillis(absence.Longest()) < timeout_ms;
}

bool Return::IsBeyondTimeout() const {
  return absence.gone && absence.back && ToMillis(absence.Shortest()) >= timeout_ms;
}

std::vector<Return> AnalyseReturns(const RunRecord& record,
                                   const std::vector<TimedView>& views,
                                   const Reigns& reigns,
                                   const std::vector<Promotion>& promotions) {
  std::vector<Return> returns;
  for (const Promotion& promotion : promotions) {
    returns.push_back(ReturnFinder(record, views, reigns, promotion).Find());
  }
  return returns;
}

}  // namespace slotquake
