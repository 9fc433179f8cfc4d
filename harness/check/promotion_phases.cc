#include "harness/check/promotion_phases.h"

#include <algorithm>
#include <set>

#include "harness/check/fault_axis.h"

namespace slotquake {
namespace {

// Keeps the earliest sighting. What it tells of may have happened before another
// sighting's earliest moment, so the lower bounds are merged.
void KeepEarliest(const Instant& candidate, std::optional<Instant>& best) {
  if (!best) {
    best = candidate;
    return;
  }
  const Nanos lo = std::min(best->lo, candidate.lo);
  if (candidate.hi < best->hi) best = candidate;
  best->lo = std::min(lo, best->hi);
}

bool GivesAll(const ClusterView& view, const std::vector<SlotRange>& slots,
              const std::string& owner_id) {
  return std::all_of(slots.begin(), slots.end(), [&](const SlotRange& range) {
    const NodeView* first = view.OwnerOf(range.first);
    const NodeView* last = view.OwnerOf(range.last);
    return first != nullptr && first->id == owner_id && last == first;
  });
}

}  // namespace

// A node that is itself cut off or stands still holds others for failing on its own
// account; this victim's fault has nothing to do with it.
bool PhaseFinder::IsWitness(const std::string& node, Nanos at) const {
  return node != victim_.node &&
         std::none_of(absences_.begin(), absences_.end(), [&](const Absence& absence) {
           return absence.node == node && absence.Covers(at);
         });
}

bool PhaseFinder::IsAboutVictim(const Observation& event) const {
  return event.node != victim_.node && Text(event, "about") == victim_.id;
}

std::optional<Instant> PhaseFinder::FirstPfail() const {
  std::optional<Instant> best;
  for (const TimedView& seen : views_) {
    if (!InTime(seen.at) || !IsWitness(seen.node, seen.at)) continue;
    const NodeView* victim = seen.view.Find(victim_.id);
    if (victim != nullptr && (victim->pfail || victim->fail)) {
      KeepEarliest({std::max(seen.not_before, from_), seen.at, "poll", seen.node},
                   best);
    }
  }
  for (const Observation* event : LogEvents(record_, "pfail")) {
    if (!InTime(event->at) || !IsAboutVictim(*event)) continue;
    if (!IsWitness(event->node, event->at)) continue;
    KeepEarliest({event->not_before, event->at, "log", event->node}, best);
  }
  // CLUSTER INFO names no node: it counts while this is the only fault.
  const bool alone =
      std::count_if(record_.faults.begin(), record_.faults.end(),
                    [](const FaultRecord& fault) { return fault.injected; }) == 1;
  if (!alone || !victim_.was_master) return best;
  for (const Observation& info : record_.observations) {
    if (info.kind != observation_kind::kClusterInfo || !InTime(info.at) ||
        info.node == victim_.node ||
        Number(info, "slots_pfail") != CountSlots(victim_.slots)) {
      continue;
    }
    KeepEarliest({std::max(info.not_before, from_), info.at, "poll", info.node}, best);
  }
  return best;
}

std::optional<Instant> PhaseFinder::Fail() const {
  std::optional<Instant> best;
  for (const char* name : {"fail_quorum", "fail_message"}) {
    for (const Observation* event : LogEvents(record_, name)) {
      if (!InTime(event->at) || !IsAboutVictim(*event)) continue;
      KeepEarliest({event->not_before, event->at, "log", event->node}, best);
    }
    if (best) return best;
  }
  for (const TimedView& seen : views_) {
    if (!InTime(seen.at) || seen.node == victim_.node) continue;
    const NodeView* victim = seen.view.Find(victim_.id);
    if (victim != nullptr && victim->fail) {
      KeepEarliest({std::max(seen.not_before, from_), seen.at, "poll", seen.node},
                   best);
    }
  }
  return best;
}

std::optional<Instant> PhaseFinder::FirstLog(const std::string& node,
                                             const char* event) const {
  for (const Observation* seen : LogEvents(record_, event)) {
    if (InTime(seen->at) && seen->node == node) {
      return Instant{seen->not_before, seen->at, "log", node};
    }
  }
  return std::nullopt;
}

std::optional<Instant> PhaseFinder::LastLog(const std::string& node, const char* event,
                                            Nanos before) const {
  std::optional<Instant> last;
  for (const Observation* seen : LogEvents(record_, event)) {
    if (InTime(seen->at) && seen->node == node && seen->at <= before) {
      last = Instant{seen->not_before, seen->at, "log", node};
    }
  }
  return last;
}

std::optional<Instant> PhaseFinder::Agreed(const std::string& owner, Nanos won) const {
  const NodeRecord* record = record_.FindNode(owner);
  if (record == nullptr) return std::nullopt;
  const std::set<std::string> away = AwayNodes(absences_, won);
  std::optional<Instant> last;
  for (const NodeRecord& node : record_.nodes) {
    if (away.contains(node.name)) continue;
    const TimedView* since = nullptr;
    for (const TimedView& seen : views_) {
      if (seen.node != node.name || !InTime(seen.at)) continue;
      const bool gives = GivesAll(seen.view, victim_.slots, record->id);
      if (!gives) since = nullptr;
      if (gives && since == nullptr) since = &seen;
    }
    if (since == nullptr) return std::nullopt;
    if (!last || since->at > last->hi) {
      last = Instant{std::max(since->not_before, from_), since->at, "poll", node.name};
    }
  }
  return last;
}

std::optional<Instant> PhaseFinder::Rejoined(const std::string& owner,
                                             Nanos won) const {
  const NodeRecord* master = record_.FindNode(owner);
  if (master == nullptr) return std::nullopt;
  bool is_replica = false;
  bool link_up = false;
  for (const Observation& seen : record_.observations) {
    if (seen.node != victim_.node || !InTime(seen.at) || seen.at <= won) continue;
    if (seen.kind == observation_kind::kView) {
      const auto view = seen.data.get<ClusterView>();
      const NodeView* self = view.Myself();
      is_replica = self != nullptr && !self->master && self->master_id == master->id;
    } else if (seen.kind == observation_kind::kReplication) {
      link_up = Flag(seen, "link_up") && Text(seen, "role") != "master";
    } else {
      continue;
    }
    if (is_replica && link_up) {
      return Instant{seen.not_before, seen.at, "poll", victim_.node};
    }
  }
  return std::nullopt;
}

std::optional<Instant> PhaseFinder::FirstWrite(const std::string& owner) const {
  const auto& names = record_.history.nodes().all();
  const auto name = std::find(names.begin(), names.end(), owner);
  if (name == names.end()) return std::nullopt;
  const auto index = static_cast<std::int16_t>(name - names.begin());
  const SlotSet slots = ToSet(victim_.slots);
  std::optional<Instant> first;
  for (const Operation& op : record_.history.operations()) {
    if (op.node != index || op.outcome != Outcome::kAcked || !InTime(op.completed) ||
        !slots.test(op.slot) || (first && op.completed >= first->hi)) {
      continue;
    }
    // The definition is the acknowledgement itself, which has no width.
    first = Instant{op.completed, op.completed, "history", owner};
  }
  return first;
}

const TimedView* PhaseFinder::FirstOwnView(const std::string& owner,
                                           std::int64_t epoch) const {
  for (const TimedView& seen : views_) {
    if (seen.node != owner || !InTime(seen.at)) continue;
    const NodeView* self = seen.view.Myself();
    if (self != nullptr && self->master && self->config_epoch >= epoch) return &seen;
  }
  return nullptr;
}

}  // namespace slotquake
