#include "harness/check/slot_service.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/check/absence.h"
#include "harness/check/stranger.h"

namespace slotquake {
namespace {

constexpr Nanos kBin{10'000'000};

// The first and the last acknowledgement of each hundredth of a second.
class Acks {
 public:
  void Add(Nanos at) {
    const auto bin = static_cast<std::size_t>(std::max<std::int64_t>(at / kBin, 0));
    if (bin >= bins_.size()) bins_.resize(bin + 1, {Nanos::max(), Nanos::min()});
    bins_[bin].first = std::min(bins_[bin].first, at);
    bins_[bin].second = std::max(bins_[bin].second, at);
    ++count_;
  }

  void AppendTo(Served served, std::vector<Served>& list) const {
    if (count_ == 0) return;
    Nanos first = Nanos::max();
    Nanos last = Nanos::min();
    for (const auto& [from, to] : bins_) {
      first = std::min(first, from);
      last = std::max(last, to);
    }
    // Longer than five usual spacings is a pause, and at least a tenth of a second.
    const Nanos pause = std::max(Nanos(100'000'000), 5 * (last - first) / count_);
    served.from = first;
    served.to = first;
    for (const auto& [from, to] : bins_) {
      if (to == Nanos::min()) continue;
      if (from - served.to > pause) {
        list.push_back(served);
        served.from = from;
      }
      served.to = to;
    }
    list.push_back(served);
  }

 private:
  std::vector<std::pair<Nanos, Nanos>> bins_;
  std::int64_t count_ = 0;
};

// What one node believed of itself from `from` on.
struct OwnClaim {
  std::string node;
  std::int64_t epoch = 0;
  SlotSet slots;
  Nanos from{0};
  Nanos to{0};
};

// When each node stopped being seen: no belief is known beyond these instants.
std::multimap<std::string, Nanos> Silences(const RunRecord& record) {
  std::multimap<std::string, Nanos> silences;
  for (const Observation& seen : record.observations) {
    if (seen.kind == observation_kind::kUnreachable ||
        (seen.kind == observation_kind::kProcess && Text(seen, "what") == "exited")) {
      silences.emplace(seen.node, seen.not_before);
    }
  }
  for (const Absence& absence : FindAbsences(record)) {
    // What is cut off or paused goes on believing.
    if (absence.effect == FaultEffect::kNetworkCut ||
        absence.effect == FaultEffect::kPaused || !absence.gone) {
      continue;
    }
    silences.emplace(absence.node, absence.gone->lo);
  }
  return silences;
}

std::vector<OwnClaim> OwnClaims(const RunRecord& record,
                                const std::vector<TimedView>& views) {
  const auto silences = Silences(record);
  std::map<std::string, std::vector<const TimedView*>> by_node;
  for (const TimedView& seen : views) by_node[seen.node].push_back(&seen);
  std::vector<OwnClaim> claims;
  for (const auto& [node, own] : by_node) {
    for (std::size_t i = 0; i < own.size(); ++i) {
      const NodeView* self = own[i]->view.Myself();
      if (self == nullptr || !self->master || self->slots.empty()) continue;
      OwnClaim claim{node, self->config_epoch, ToSet(self->slots), own[i]->at,
                     i + 1 < own.size() ? own[i + 1]->not_before : EndOf(record)};
      const auto [begin, end] = silences.equal_range(node);
      for (auto it = begin; it != end; ++it) {
        if (it->second >= claim.from) claim.to = std::min(claim.to, it->second);
      }
      OwnClaim* last = claims.empty() ? nullptr : &claims.back();
      if (last != nullptr && last->node == node && last->epoch == claim.epoch &&
          last->slots == claim.slots && last->to >= own[i]->not_before) {
        last->to = std::max(last->to, claim.to);
      } else {
        claims.push_back(claim);
      }
    }
  }
  return claims;
}

std::vector<SlotRange> ToRanges(const SlotSet& set) {
  std::vector<SlotRange> ranges;
  for (int slot = 0; slot < kSlots; ++slot) {
    if (!set.test(static_cast<std::size_t>(slot))) continue;
    if (!ranges.empty() && ranges.back().last == slot - 1) {
      ranges.back().last = slot;
    } else {
      ranges.push_back({slot, slot});
    }
  }
  return ranges;
}

bool Acked(const RunRecord& record, const std::string& node, const SlotSet& slots,
           Nanos from, Nanos to) {
  const auto& operations = record.history.operations();
  return std::any_of(operations.begin(), operations.end(), [&](const Operation& op) {
    return op.outcome == Outcome::kAcked && op.completed >= from && op.invoked <= to &&
           slots.test(op.slot) && record.history.NodeOf(op) == node;
  });
}

}  // namespace

std::vector<Served> FindServed(const RunRecord& record, const Reigns& reigns) {
  const std::vector<Stranger> strangers = FindStrangers(record);
  // Each node, and after all of them each as the address of a stranger.
  const std::size_t nodes = record.history.nodes().size();
  const std::size_t servers = 2 * nodes;
  std::vector<Acks> acks(reigns.groups().size() * servers);
  for (const Operation& op : record.history.operations()) {
    if (op.outcome != Outcome::kAcked || op.node < 0) continue;
    const bool foreign = AckedBy(strangers, record, op) != nullptr;
    acks[static_cast<std::size_t>(reigns.GroupOf(op.slot)) * servers +
         static_cast<std::size_t>(op.node) + (foreign ? nodes : 0)]
        .Add(op.completed);
  }
  std::vector<Served> served;
  for (std::size_t i = 0; i < acks.size(); ++i) {
    Served entry;
    entry.group = static_cast<int>(i / servers);
    entry.node = record.history.nodes()[static_cast<std::uint32_t>(i % nodes)];
    if (i % servers >= nodes) entry.node = "stranger at " + entry.node;
    acks[i].AppendTo(entry, served);
  }
  return served;
}

std::vector<DoubleClaim> FindDoubleClaims(const RunRecord& record,
                                          const std::vector<TimedView>& views) {
  const std::vector<OwnClaim> claims = OwnClaims(record, views);
  std::vector<DoubleClaim> found;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    for (std::size_t j = i + 1; j < claims.size(); ++j) {
      const OwnClaim* older = &claims[i];
      const OwnClaim* newer = &claims[j];
      const Nanos from = std::max(older->from, newer->from);
      const Nanos to = std::min(older->to, newer->to);
      if (older->node == newer->node || from >= to) continue;
      const SlotSet both = older->slots & newer->slots;
      if (both.none()) continue;
      if (older->epoch > newer->epoch) std::swap(older, newer);
      DoubleClaim claim;
      claim.slots = ToRanges(both);
      claim.nodes[0] = older->node;
      claim.nodes[1] = newer->node;
      claim.epochs[0] = older->epoch;
      claim.epochs[1] = newer->epoch;
      claim.from = from;
      claim.to = to;
      claim.both_acked = Acked(record, older->node, both, from, to) &&
                         Acked(record, newer->node, both, from, to);
      found.push_back(claim);
    }
  }
  return found;
}

}  // namespace slotquake
