#include "harness/check/counter_losses.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "harness/check/evidence.h"
#include "harness/check/stranger.h"

namespace slotquake {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Acked operations of one key, one exact reign and one worker, by invocation, with
// the least value from each on.
struct Stretch {
  int rank = 0;
  std::uint8_t worker = 0;
  std::vector<std::pair<Nanos, std::int64_t>> least_from;
};

// All counter operations, those of one key after another.
class ByKey {
 public:
  explicit ByKey(const History& history) : begin_(history.keys().size() + 1, 0) {
    const auto& operations = history.operations();
    for (const Operation& op : operations) {
      if (op.kind != OperationKind::kAppend) ++begin_[op.key + 1];
    }
    for (std::size_t key = 1; key < begin_.size(); ++key)
      begin_[key] += begin_[key - 1];
    order_.resize(begin_.back());
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    for (std::size_t i = 0; i < operations.size(); ++i) {
      if (operations[i].kind != OperationKind::kAppend) {
        order_[next[operations[i].key]++] = i;
      }
    }
  }

  std::size_t keys() const { return begin_.size() - 1; }
  const std::size_t* begin(std::size_t key) const { return &order_[begin_[key]]; }
  std::size_t count(std::size_t key) const { return begin_[key + 1] - begin_[key]; }

 private:
  std::vector<std::size_t> begin_;
  std::vector<std::size_t> order_;
};

// Judges one key after another, reusing its memory.
class KeyJudge {
 public:
  KeyJudge(const RunRecord& record, const Reigns& reigns, CounterLosses& result)
      : record_(record),
        reigns_(reigns),
        result_(result),
        strangers_(FindStrangers(record)) {
    for (const FinalRead& read : record.final_reads) finals_[read.key] = &read;
    for (const Observation& seen : record.observations) {
      if (seen.kind == observation_kind::kReplication) watched_.insert(seen.node);
    }
  }

  void Judge(const std::size_t* ops, std::size_t count) {
    acked_.clear();
    foreign_.clear();
    unknown_.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const Operation& op = Op(ops[i]);
      if (op.outcome == Outcome::kAcked) {
        (IsForeign(op) ? foreign_ : acked_).push_back({ops[i], reigns_.SpanOf(op)});
      }
      if (op.outcome == Outcome::kRejected) ++result_.rejected;
      if (op.outcome == Outcome::kUnknown) unknown_.push_back(ops[i]);
    }
    ++result_.keys;
    result_.unknown += static_cast<std::int64_t>(unknown_.size());
    result_.acked += Total();
    const Operation& first = Op(ops[0]);
    const std::string& key = record_.history.KeyOf(first);
    const std::optional<std::int64_t> final_value = FinalValue(key);
    const std::vector<Reign>& reigns = reigns_.GroupAt(first.slot).reigns;
    BuildMinima(reigns.size());
    BuildFloors(reigns, final_value);
    BuildStretches();
    Account(key, CollectLost(final_value), final_value);
  }

 private:
  struct Acked {
    std::size_t op;
    ReignSpan span;
  };

  // Acknowledged by a stranger that was gone before the end: its counters have no part
  // in the cluster's, whatever reign its address stands for.
  bool IsForeign(const Operation& op) const {
    const Stranger* stranger = AckedBy(strangers_, record_, op);
    return stranger != nullptr && stranger->until != Nanos::max();
  }

  std::int64_t Total() const {
    return static_cast<std::int64_t>(acked_.size() + foreign_.size());
  }

  const Operation& Op(std::size_t index) const {
    return record_.history.operations()[index];
  }

  // Nothing when it could not be read. An absent key is a counter at 0.
  std::optional<std::int64_t> FinalValue(const std::string& key) const {
    const auto it = finals_.find(key);
    if (it == finals_.end() || !it->second->error.empty()) return std::nullopt;
    return it->second->value.value_or(0);
  }

  // least_[r]: the least value acked in reign r. An operation that may belong to
  // several reigns accuses only what came before the first of them.
  void BuildMinima(std::size_t reign_count) {
    least_.assign(std::max<std::size_t>(reign_count, 1), kNever);
    for (const Acked& acked : acked_) {
      std::int64_t& least = least_[static_cast<std::size_t>(acked.span.lo)];
      least = std::min(least, Op(acked.op).value);
    }
  }

  // floors_[r]: what every dataset after reign r held at least when it began, so
  // that an acked value of reign r up to it survived ("A tighter upper bound" in
  // docs/checking.md, section 2).
  void BuildFloors(const std::vector<Reign>& reigns,
                   std::optional<std::int64_t> final_value) {
    const std::size_t count = least_.size();
    floors_.assign(count, std::numeric_limits<std::int64_t>::min());
    if (!final_value || !AllKnown(reigns)) return;
    std::vector<std::int64_t> least(count, kNever);
    for (const Acked& acked : acked_) {
      for (int r = acked.span.lo; r <= acked.span.hi; ++r) {
        std::int64_t& of_reign = least[static_cast<std::size_t>(r)];
        of_reign = std::min(of_reign, Op(acked.op).value);
      }
    }
    std::int64_t floor = *final_value;
    for (std::size_t r = count; r-- > 0;) {
      floors_[r] = floor;
      // Values that unknown operations may have made up for in this reign.
      floor = std::min(floor, least[r] == kNever ? kNever : least[r] - 1) -
              UnknownOf(reigns, r);
    }
  }

  // Where a server was not watched, it may have begun a reign that nobody saw; and
  // a restart at about the time of an election may belong to either reign.
  bool AllKnown(const std::vector<Reign>& reigns) const {
    return !reigns.empty() &&
           std::all_of(reigns.begin(), reigns.end(), [&](const Reign& reign) {
             return watched_.contains(reign.node) &&
                    (!reign.by_restart || IsApart(reigns, reign));
           });
  }

  static bool IsApart(const std::vector<Reign>& reigns, const Reign& restart) {
    return std::all_of(reigns.begin(), reigns.end(), [&](const Reign& other) {
      return &other == &restart || other.node != restart.node ||
             other.begin_hi < restart.begin_lo || other.begin_lo > restart.begin_hi;
    });
  }

  // How many unknown operations reign `r` may have carried out.
  std::int64_t UnknownOf(const std::vector<Reign>& reigns, std::size_t r) const {
    return std::count_if(unknown_.begin(), unknown_.end(), [&](std::size_t index) {
      return MayHaveApplied(reigns, r, Op(index));
    });
  }

  bool MayHaveApplied(const std::vector<Reign>& reigns, std::size_t r,
                      const Operation& op) const {
    const Reign& reign = reigns[r];
    if (op.node < 0) return true;
    if (record_.history.NodeOf(op) != reign.node) return false;
    const Nanos slack = ClockSlack(record_);
    // What was sent to the process before this one died with its connections.
    if (reign.by_restart && op.completed + slack < reign.begin_lo) return false;
    // The same node began another reign before this was sent.
    return std::none_of(reigns.begin(), reigns.end(), [&](const Reign& other) {
      return other.node == reign.node && other.begin_lo > reign.begin_hi &&
             other.begin_hi + slack < op.invoked;
    });
  }

  void BuildStretches() {
    std::map<std::pair<int, std::uint8_t>, Stretch> by_reign;
    for (const Acked& acked : acked_) {
      if (!acked.span.exact) continue;
      const Operation& op = Op(acked.op);
      Stretch& stretch = by_reign[{acked.span.lo, op.worker}];
      stretch.rank = acked.span.lo;
      stretch.worker = op.worker;
      stretch.least_from.emplace_back(op.invoked, op.value);
    }
    stretches_.clear();
    for (auto& [place, stretch] : by_reign) {
      auto& least = stretch.least_from;
      std::sort(least.begin(), least.end());
      for (std::size_t i = least.size(); i-- > 1;) {
        least[i - 1].second = std::min(least[i - 1].second, least[i].second);
      }
      stretches_.push_back(std::move(stretch));
    }
  }

  // The first later reign that handed out a value up to `value`, or -1.
  int LaterWitness(int rank, std::int64_t value) const {
    for (std::size_t r = static_cast<std::size_t>(rank) + 1; r < least_.size(); ++r) {
      if (least_[r] <= value) return static_cast<int>(r);
    }
    return -1;
  }

  // The least value that the same reign gave to operations invoked after the ack.
  std::int64_t LeastAfter(const Operation& op, int rank) const {
    std::int64_t least = kNever;
    for (const Stretch& stretch : stretches_) {
      if (stretch.rank != rank) continue;
      const Nanos after = op.completed + ClockBound(record_, op.worker, stretch.worker);
      const auto it =
          std::upper_bound(stretch.least_from.begin(), stretch.least_from.end(),
                           std::pair<Nanos, std::int64_t>(after, kNever));
      if (it != stretch.least_from.end()) least = std::min(least, it->second);
    }
    return least;
  }

  // How many acked operations of a key are lost.
  struct Count {
    std::int64_t definite = 0;
    std::int64_t by_acks = 0;   // of them, by acked values alone
    std::int64_t possible = 0;  // at most: definite, or above its reign's floor
  };

  Count CollectLost(std::optional<std::int64_t> final_value) {
    Count count;
    for (const Acked& acked : acked_) {
      const Operation& op = Op(acked.op);
      LostWrite write{acked.op, acked.span, LossWitness::kLaterReign, -1, 0};
      write.witness_rank = LaterWitness(acked.span.hi, op.value);
      if (write.witness_rank >= 0) {
        write.witness_value = least_[static_cast<std::size_t>(write.witness_rank)];
      } else if (const std::int64_t least =
                     acked.span.exact ? LeastAfter(op, acked.span.lo) : kNever;
                 least <= op.value) {
        write.witness = LossWitness::kSameReign;
        write.witness_value = least;
      } else if (final_value && *final_value < op.value) {
        write.witness = LossWitness::kFinalRead;
        write.witness_value = *final_value;
      } else {
        if (op.value > floors_[static_cast<std::size_t>(acked.span.lo)]) {
          ++count.possible;
        }
        continue;
      }
      ++count.definite;
      ++count.possible;
      if (write.witness != LossWitness::kFinalRead) ++count.by_acks;
      result_.lost.push_back(write);
    }
    return count;
  }

  // Of what a stranger took nothing is in the final value, unless that has room for it.
  void AddForeign(std::int64_t final_value, std::int64_t missing, Count& count) {
    const auto foreign = static_cast<std::int64_t>(foreign_.size());
    count.possible += foreign;
    if (missing - count.definite < foreign) return;
    count.definite += foreign;
    for (const Acked& acked : foreign_) {
      result_.lost.push_back(
          {acked.op, acked.span, LossWitness::kFinalRead, -1, final_value});
    }
  }

  void Account(const std::string& key, Count count,
               std::optional<std::int64_t> final_value) {
    const std::int64_t acked = Total();
    result_.lower_by_acks += count.by_acks;
    if (!final_value) {
      ++result_.unread;
      result_.lower += count.definite;
      result_.upper += acked;
      return;
    }
    const auto initial = record_.initial_values.find(key);
    const std::int64_t gained =
        *final_value - (initial == record_.initial_values.end() ? 0 : initial->second);
    AddForeign(*final_value, acked - gained, count);
    const std::int64_t lower =
        std::max({count.definite, acked - gained, std::int64_t{0}});
    const std::int64_t upper =
        acked + static_cast<std::int64_t>(unknown_.size()) - gained;
    if (upper < 0) {
      ++result_.double_count;
      result_.surplus -= upper;
    } else if (upper < count.definite) {
      ++result_.contradictions;
    }
    result_.lower += std::min(lower, acked);
    // A value below the initial one (G < 0) can't make more lost than were acked.
    result_.upper += std::min(std::max(std::min(upper, count.possible), lower), acked);
  }

  const RunRecord& record_;
  const Reigns& reigns_;
  CounterLosses& result_;
  const std::vector<Stranger> strangers_;
  std::unordered_map<std::string, const FinalRead*> finals_;
  std::set<std::string> watched_;  // nodes whose run id was polled
  std::vector<Acked> acked_;       // by nodes of the cluster
  std::vector<Acked> foreign_;     // by strangers
  std::vector<std::size_t> unknown_;
  std::vector<std::int64_t> least_;
  std::vector<std::int64_t> floors_;
  std::vector<Stretch> stretches_;
};

}  // namespace

CounterLosses FindCounterLosses(const RunRecord& record, const Reigns& reigns) {
  CounterLosses result;
  const ByKey by_key(record.history);
  KeyJudge judge(record, reigns, result);
  for (std::size_t key = 0; key < by_key.keys(); ++key) {
    if (by_key.count(key) > 0) judge.Judge(by_key.begin(key), by_key.count(key));
  }
  return result;
}

}  // namespace slotquake
