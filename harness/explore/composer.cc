#include "harness/explore/composer.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "harness/explore/draw.h"

namespace slotquake {
namespace {

// Between the end of one fault and the next: what it takes until its undoing is proven.
constexpr int kPause = 500;
constexpr int kRatePerMaster = 400;

// When an entry is in force, and on whom.
struct Held {
  int from = 0;
  int to = 0;
  bool known = true;            // otherwise they are chosen when it is due
  std::set<std::string> nodes;  // where known
  bool network = false;
};

// A network that is cut at two places at once, or a host that is gone meanwhile: the
// proofs of both look at connections between hosts.
bool IsOfNetwork(std::string_view effect) {
  return effect == fault_effect::kNetworkCut ||
         effect == fault_effect::kNetworkImpaired || effect == fault_effect::kHostGone;
}

VictimSpec Named(const std::string& node) {
  VictimSpec victim;
  victim.node = node;
  return victim;
}

class Composer {
 public:
  Composer(const Space& space, std::uint64_t seed)
      : space_(space), timeout_(space.cluster.node_timeout_ms), rng_(seed) {
    for (const FaultType* type : space.faults) {
      const bool replica = RoleFor(type->name) == "replica";
      if (space.cluster.replicas_per_master > 0 || !replica) faults_.push_back(type);
    }
    if (faults_.empty()) throw std::logic_error("no fault without a replica");
  }

  std::vector<TimelineEntry> Timeline() {
    const int wanted = Between(1, space_.most_faults, rng_);
    while (static_cast<int>(entries_.size()) < wanted && !closed_) Add();
    return std::move(entries_);
  }

 private:
  int Nodes() const {
    return space_.cluster.masters * (1 + space_.cluster.replicas_per_master);
  }

  int End() const {
    int end = 0;
    for (const Held& held : held_) end = std::max(end, held.to);
    return end;
  }

  // The entry that ends last.
  int Last() const {
    int last = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (held_[i].to >= held_[static_cast<std::size_t>(last)].to)
        last = static_cast<int>(i);
    }
    return last;
  }

  // Nodes of the role, as it was at first, that nothing holds in that time; none where
  // that can not be told.
  std::vector<std::string> Free(const Held& wanted, const std::string& role) const {
    std::set<std::string> taken;
    for (const Held& held : held_) {
      if (held.from > wanted.to + kPause || wanted.from > held.to + kPause) continue;
      if (!held.known || (held.network && wanted.network)) return {};
      taken.insert(held.nodes.begin(), held.nodes.end());
    }
    std::vector<std::string> free;
    for (int i = 0; i < Nodes(); ++i) {
      const std::string node = "redis-" + std::to_string(i);
      const bool fits =
          role == "any" || (role == "master") == (i < space_.cluster.masters);
      if (fits && !taken.contains(node)) free.push_back(node);
    }
    return free;
  }

  void Add() {
    const FaultType& type = *OneOf(faults_, rng_);
    TimelineEntry entry;
    entry.fault = type.name;
    entry.options = DrawOptions(type, timeout_, rng_);
    entry.recover.after_ms = DrawDuration(timeout_, rng_);
    Held held;
    held.network = IsOfNetwork(EffectOf(type, entry.options));
    const std::uint64_t relation = rng_.Below(20);
    const bool second = entries_.size() == 1 && !type.whole_cluster;
    if (second && rng_.Chance(0.5) && Provoked(entry, held)) {
      return Keep(std::move(entry), std::move(held));
    }
    if (!entries_.empty() && !type.whole_cluster && relation < 9 &&
        Overlap(entry, held)) {
      return Keep(std::move(entry), std::move(held));
    }
    InSequence(entry, held, relation % 2 == 0);
    Repeat(entry, held);
    if (type.whole_cluster) {
      held.known = false;
    } else {
      AnyVictims(entry, held);
    }
    Keep(std::move(entry), std::move(held));
  }

  void Keep(TimelineEntry entry, Held held) {
    entries_.push_back(std::move(entry));
    held_.push_back(std::move(held));
  }

  // While the entry before is in force, on other nodes.
  bool Overlap(TimelineEntry& entry, Held& held) {
    const std::size_t before = entries_.size() - 1;
    const int span = held_[before].to - held_[before].from;
    const int into = Between(0, 4, rng_) * span / 5;
    held.from = held_[before].from + into;
    held.to = held.from + entry.recover.after_ms;
    const std::vector<std::string> free = Free(held, RoleFor(entry.fault));
    if (free.empty()) return false;
    if (entries_[before].when || rng_.Chance(0.3)) {
      entry.when = TriggerSpec{.event = "fault", .entry = static_cast<int>(before)};
      entry.when->after_ms = into;
      entry.when->limit_ms = Limit();
    } else {
      entry.at_ms = held.from;
    }
    Name(OneOf(free, rng_), entry, held);
    return true;
  }

  // When the cluster does something about the only fault before: it takes a master
  // away, for long enough then.
  bool Provoked(TimelineEntry& entry, Held& held) {
    TimelineEntry& first = entries_[0];
    const std::string_view effect = EffectOf(*FindFault(first.fault), first.options);
    const bool gone = effect == fault_effect::kProcessGone ||
                      effect == fault_effect::kHostGone ||
                      effect == fault_effect::kPaused;
    if (!gone || first.times > 1 || space_.cluster.replicas_per_master == 0 ||
        first.victims.size() != 1 || !HitsAMaster(first.victims[0]) ||
        (held.network && held_[0].network)) {
      return false;
    }
    const std::vector<std::string> events = {"promoted", "election_started", "failed",
                                             "pfail", "slots_ok_below"};
    TriggerSpec when{.event = OneOf(events, rng_), .limit_ms = Limit()};
    if (when.event == "slots_ok_below") when.slots = 16384;
    if (rng_.Chance(0.5)) when.after_ms = Between(0, 4, rng_) * timeout_ / 10;
    const int away = std::max(first.recover.after_ms, timeout_ / 10 * 16 + kElection);
    held.from = held_[0].from + timeout_;
    held.to = away + 2 * entry.recover.after_ms;
    if (when.event == "promoted" && RoleFor(entry.fault) != "replica" &&
        rng_.Chance(0.7)) {
      VictimSpec victim;
      victim.promoted = true;
      entry.victims = {victim};
      held.known = false;
    } else {
      const std::vector<std::string> free = Free(held, RoleFor(entry.fault));
      if (free.empty()) return false;
      Name(OneOf(free, rng_), entry, held);
    }
    entry.when = when;
    first.recover.after_ms = away;
    held_[0].to = away;
    closed_ = true;  // nobody can say when it will be over
    return true;
  }

  bool HitsAMaster(const VictimSpec& victim) const {
    if (victim.node.empty()) return victim.role == "master";
    return std::stoi(victim.node.substr(6)) < space_.cluster.masters;
  }

  void InSequence(TimelineEntry& entry, Held& held, bool by_time) {
    if (entries_.empty()) {
      held.to = entry.recover.after_ms;
      return;
    }
    const int last = Last();
    const int gap = kPause + Between(0, 6, rng_) * timeout_ / 4;
    held.from = End() + gap;
    held.to = held.from + entry.recover.after_ms;
    const bool timed = std::none_of(
        entries_.begin(), entries_.end(),
        [](const TimelineEntry& before) { return before.when.has_value(); });
    if (timed && by_time) {
      entry.at_ms = held.from;
      return;
    }
    entry.when = TriggerSpec{.event = "fault", .entry = last, .is = "recovered"};
    entry.when->after_ms = gap - kPause;
    entry.when->limit_ms = Limit();
  }

  void Repeat(TimelineEntry& entry, Held& held) {
    if (!rng_.Chance(0.15)) return;
    entry.times = Between(2, 3, rng_);
    entry.every_ms =
        entry.recover.after_ms + kPause + Between(1, 4, rng_) * timeout_ / 4;
    held.to += entry.every_ms * (entry.times - 1);
  }

  // Of an entry that nothing overlaps so far.
  void AnyVictims(TimelineEntry& entry, Held& held) {
    const std::string role = RoleFor(entry.fault);
    // Who a master was may be a replica by now.
    const std::uint64_t way = role == "any" ? rng_.Below(20) : 14 + rng_.Below(6);
    const int shard = Between(0, space_.cluster.masters - 1, rng_);
    const bool replicas = space_.cluster.replicas_per_master > 0;
    VictimSpec victim;
    if (way < 11) {
      Name("redis-" + std::to_string(rng_.Below(static_cast<std::uint64_t>(Nodes()))),
           entry, held);
      return;
    }
    if (way < 13) {
      for (const std::string& node : Two()) Name(node, entry, held);
      return;
    }
    if (way == 13 && !entries_.empty() && entries_.back().times == 1 &&
        !entries_.back().victims.empty()) {
      victim.victim_of = static_cast<int>(entries_.size()) - 1;
    } else {
      victim.role = replicas && way < 16 ? "replica" : "master";
      if (role != "any") victim.role = role;
      victim.pick = "random";
      if (way >= 18) {
        victim.shard = shard;
        victim.pick = "first";
      }
    }
    entry.victims = {victim};
    held.known = false;
  }

  std::vector<std::string> Two() {
    const int first = Between(0, Nodes() - 1, rng_);
    const int second = (first + Between(1, Nodes() - 1, rng_)) % Nodes();
    return {"redis-" + std::to_string(first), "redis-" + std::to_string(second)};
  }

  static void Name(const std::string& node, TimelineEntry& entry, Held& held) {
    entry.victims.push_back(Named(node));
    held.nodes.insert(node);
  }

  // Of a trigger: beyond the end of everything.
  int Limit() const { return 60'000 + 30 * timeout_; }

  const Space& space_;
  const int timeout_;
  Rng rng_;
  std::vector<const FaultType*> faults_;
  std::vector<TimelineEntry> entries_;
  std::vector<Held> held_;
  bool closed_ = false;
};

// Read back whole at the end: the exact list of lost writes.
LoadSpec AppendLoad(int masters) {
  LoadSpec load;
  load.kind = "append";
  load.clients = 12;
  load.loop = "open";
  load.rate_per_second = kRatePerMaster * masters;
  load.keys.per_shard = 8;
  return load;
}

int Injections(const std::vector<TimelineEntry>& timeline) {
  int sum = 0;
  for (const TimelineEntry& entry : timeline) sum += entry.times;
  return sum;
}

}  // namespace

std::uint64_t SeedOfRun(std::uint64_t seed, int run) {
  // 48 bits: as a number it survives every reader of JSON.
  return Rng(seed ^ Rng(static_cast<std::uint64_t>(run)).Next()).Next() >> 16;
}

Scenario Compose(const Space& space, const std::string& name, std::uint64_t seed) {
  Scenario scenario;
  scenario.name = name;
  scenario.teaches = "Composed by chance.";
  scenario.cluster = space.cluster;
  scenario.load = {AppendLoad(space.cluster.masters)};
  scenario.timeline = Composer(space, seed).Timeline();
  scenario.rest_limit_ms = 60'000 + 4 * space.cluster.node_timeout_ms;
  scenario.expect = space.expect;
  // A later fault meets a cluster that may be down already.
  if (Injections(scenario.timeline) > 1) scenario.expect.min_acked_before = 0;
  const ParsedScenario read = AsRead(scenario);
  if (!read.ok()) {
    throw std::logic_error("composed a scenario that is not valid: " +
                           ToString(read.mistakes.front()));
  }
  return read.scenario;
}

}  // namespace slotquake
