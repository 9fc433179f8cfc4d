#include "harness/check/reigns.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "harness/check/restarts.h"

namespace slotquake {
namespace {

constexpr Nanos kAlways = Nanos::min() / 4;

// One node said to own slots under one config epoch.
struct Claim {
  Nanos begin_lo = kAlways;
  Nanos begin_hi = Nanos::max();
  bool by_itself = false;   // begin_lo comes from the node's own view
  bool was_master = false;  // the node, under an earlier epoch, until it began
  // Views repeat the same few ranges over and over.
  std::set<std::pair<int, int>> ranges;

  bool Has(int slot) const {
    return std::any_of(ranges.begin(), ranges.end(), [slot](const auto& range) {
      return range.first <= slot && slot <= range.second;
    });
  }
};

using Claims = std::map<std::pair<std::string, std::int64_t>, Claim>;

void AddSlots(const std::vector<SlotRange>& ranges, Claim& claim) {
  for (const SlotRange& range : ranges) claim.ranges.emplace(range.first, range.last);
}

// The slots at which some claim begins, or the one after its end.
std::set<int> Edges(const Claims& claims) {
  std::set<int> edges = {0, kSlots};
  for (const auto& [owner, claim] : claims) {
    for (const auto& [first, last] : claim.ranges) {
      edges.insert(first);
      edges.insert(last + 1);
    }
  }
  return edges;
}

void AddView(const RunRecord& record, const TimedView& seen, Claims& claims) {
  for (const NodeView& node : seen.view.nodes) {
    if (!node.master || node.slots.empty()) continue;
    Claim& claim = claims[{NameOf(record, node.id), node.config_epoch}];
    AddSlots(node.slots, claim);
    claim.begin_hi = std::min(claim.begin_hi, seen.at);
    if (node.myself && !claim.by_itself) {
      claim.by_itself = true;
      claim.begin_lo = seen.not_before;
    }
  }
}

// The slots that `node` served or copied, by the last view before `at`.
std::vector<SlotRange> ShardSlots(const std::string& id, Nanos at,
                                  const std::vector<TimedView>& views) {
  std::vector<SlotRange> slots;
  for (const TimedView& seen : views) {
    if (seen.at > at) break;
    const NodeView* self = seen.view.Find(id);
    if (self == nullptr) continue;
    const NodeView* owner = self->master ? self : seen.view.Find(self->master_id);
    if (owner != nullptr && !owner->slots.empty()) slots = owner->slots;
  }
  return slots;
}

// The winner's log gives the instant to a millisecond, and shows elections that no
// poll came to see.
void AddElections(const RunRecord& record, const std::vector<TimedView>& views,
                  Claims& claims) {
  for (const Observation* event : LogEvents(record, "epoch_set")) {
    const NodeRecord* node = record.FindNode(event->node);
    if (node == nullptr) continue;
    Claim& claim = claims[{event->node, Number(*event, "epoch")}];
    if (claim.begin_hi == Nanos::max()) {
      AddSlots(ShardSlots(node->id, event->at, views), claim);
    }
    // The node serves from "election won" on, a line earlier in the same loop.
    claim.begin_lo = event->not_before - Nanos(1'000'000);
    claim.begin_hi = std::min(claim.begin_hi, event->at);
    claim.by_itself = true;
  }
}

void AddVictims(const RunRecord& record, Claims& claims) {
  for (const FaultRecord& fault : record.faults) {
    for (const Victim& victim : fault.victims) {
      if (!victim.was_master) continue;
      Claim& claim = claims[{victim.node, victim.config_epoch}];
      AddSlots(victim.slots, claim);
      claim.begin_hi = std::min(claim.begin_hi, fault.asked);
    }
  }
}

// Whether the node that claims was a master the last time that it told its role under
// an earlier epoch: then its slots were moved to it. Without its own word, others'
// counts.
void AddRolesBefore(const RunRecord& record, const std::vector<TimedView>& views,
                    Claims& claims) {
  for (auto& [owner, claim] : claims) {
    const NodeRecord* claimer = record.FindNode(owner.first);
    bool own_word = false;
    for (const TimedView& seen : views) {
      if (claimer == nullptr || seen.at > claim.begin_hi) break;
      const NodeView* node = seen.view.Find(claimer->id);
      if (node == nullptr || node->config_epoch >= owner.second) continue;
      if (own_word && !node->myself) continue;
      own_word = node->myself;
      claim.was_master = node->master;
    }
  }
}

// A restart under the epoch that the node had then begins a further reign. Where it
// may have come just before the reign or just after its begin, it is taken for a
// further one: a reign too many accuses nobody, one too few hides a roll-back.
void AddRestarts(const std::vector<Restart>& restarts, std::vector<Reign>& reigns) {
  const std::vector<Reign> by_claim = reigns;
  for (const Restart& restart : restarts) {
    const Reign* surely = nullptr;
    const Reign* perhaps = nullptr;
    for (const Reign& reign : by_claim) {
      if (reign.node != restart.node || reign.begin_lo > restart.up_hi) continue;
      const auto is_later_than = [&reign](const Reign* other) {
        return other == nullptr || reign.begin_hi >= other->begin_hi;
      };
      if (is_later_than(perhaps)) perhaps = &reign;
      if (reign.begin_hi <= restart.up_hi && is_later_than(surely)) surely = &reign;
    }
    if (perhaps == nullptr) continue;  // its first start, before it owned anything
    reigns.push_back({restart.node, perhaps->epoch, restart.down_lo, restart.up_hi,
                      true, false, 0, 0});
    reigns.back().least_epoch = surely == nullptr ? perhaps->epoch : surely->epoch;
  }
}

// Whether all of [first, last] surely come before the reign after `last`: by epoch,
// or, within one node's epoch, by time.
bool IsOrdered(const std::vector<Reign>& reigns, std::size_t first, std::size_t last) {
  const Reign& next = reigns[last + 1];
  for (std::size_t i = first; i <= last; ++i) {
    if (reigns[i].epoch != next.epoch) continue;
    if (reigns[i].node != next.node || reigns[i].begin_hi >= next.begin_lo) {
      return false;
    }
  }
  return true;
}

void Rank(std::vector<Reign>& reigns) {
  std::sort(reigns.begin(), reigns.end(), [](const Reign& a, const Reign& b) {
    return std::tie(a.epoch, a.begin_hi, a.node) <
           std::tie(b.epoch, b.begin_hi, b.node);
  });
  for (std::size_t first = 0; first < reigns.size();) {
    std::size_t last = first;
    while (last + 1 < reigns.size() && !IsOrdered(reigns, first, last)) ++last;
    for (std::size_t i = first; i <= last; ++i) {
      reigns[i].rank_lo = static_cast<int>(first);
      reigns[i].rank_hi = static_cast<int>(last);
    }
    first = last + 1;
  }
  for (Reign& restart : reigns) {
    if (!restart.by_restart || restart.least_epoch == restart.epoch) continue;
    for (const Reign& other : reigns) {
      if (other.node == restart.node && other.epoch == restart.least_epoch) {
        restart.rank_lo = std::min(restart.rank_lo, other.rank_lo);
      }
    }
  }
}

void AddRange(SlotRange range, std::vector<SlotRange>& ranges) {
  if (!ranges.empty() && ranges.back().last == range.first - 1) {
    ranges.back().last = range.last;
  } else {
    ranges.push_back(range);
  }
}

// A master that only took a higher epoch has its slots from no one.
void KeepRealMoves(std::vector<Reign>& reigns) {
  for (std::size_t i = 0; i < reigns.size(); ++i) {
    if (i == 0 || reigns[i - 1].node == reigns[i].node) reigns[i].by_move = false;
  }
}

ReignGroup MakeGroup(const std::vector<const Claims::value_type*>& claims,
                     const std::vector<Restart>& restarts) {
  ReignGroup group;
  for (const auto* entry : claims) {
    group.reigns.push_back({entry->first.first, entry->first.second,
                            entry->second.begin_lo, entry->second.begin_hi, false,
                            entry->second.was_master, 0, 0});
  }
  AddRestarts(restarts, group.reigns);
  Rank(group.reigns);
  KeepRealMoves(group.reigns);
  return group;
}

}  // namespace

Reigns::Reigns(const RunRecord& record, const std::vector<TimedView>& views)
    : slack_(ClockSlack(record)) {
  Claims claims;
  for (const TimedView& seen : views) AddView(record, seen, claims);
  AddElections(record, views, claims);
  AddVictims(record, claims);
  AddRolesBefore(record, views, claims);
  const std::vector<Restart> restarts = FindRestarts(record);

  std::map<std::vector<const Claims::value_type*>, int> group_by_claims;
  const std::set<int> edges = Edges(claims);
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
    std::vector<const Claims::value_type*> here;
    for (const auto& entry : claims) {
      if (entry.second.Has(*edge)) here.push_back(&entry);
    }
    const auto [it, is_new] =
        group_by_claims.try_emplace(here, static_cast<int>(groups_.size()));
    if (is_new) groups_.push_back(MakeGroup(here, restarts));
    const int end = *std::next(edge);
    std::fill(group_of_.begin() + *edge, group_of_.begin() + end,
              static_cast<std::uint16_t>(it->second));
    AddRange({*edge, end - 1}, groups_[static_cast<std::size_t>(it->second)].slots);
  }

  const auto& names = record.history.nodes().all();
  for (const ReignGroup& group : groups_) {
    std::vector<std::vector<int>> by_name(names.size());
    for (std::size_t i = 0; i < group.reigns.size(); ++i) {
      const auto name = std::find(names.begin(), names.end(), group.reigns[i].node);
      if (name == names.end()) continue;
      by_name[static_cast<std::size_t>(name - names.begin())].push_back(
          static_cast<int>(i));
    }
    of_node_.push_back(std::move(by_name));
  }
}

ReignSpan Reigns::SpanOf(const Operation& op) const {
  const auto group = static_cast<std::size_t>(GroupOf(op.slot));
  const std::vector<Reign>& reigns = groups_[group].reigns;
  const ReignSpan anywhere = {0, std::max(0, static_cast<int>(reigns.size()) - 1),
                              false};
  if (op.node < 0) return anywhere;
  const std::vector<int>& own = of_node_[group][static_cast<std::size_t>(op.node)];
  if (own.empty()) return anywhere;
  std::size_t lo = 0;
  std::size_t hi = 0;
  for (std::size_t i = 1; i < own.size(); ++i) {
    const Reign& reign = reigns[static_cast<std::size_t>(own[i])];
    if (reign.begin_lo <= op.completed + slack_) hi = i;
    if (reign.begin_hi < op.invoked - slack_) lo = i;
  }
  ReignSpan span = {reigns[static_cast<std::size_t>(own[lo])].rank_lo,
                    reigns[static_cast<std::size_t>(own[hi])].rank_hi, false};
  span.exact = span.lo == span.hi;
  return span;
}

}  // namespace slotquake
