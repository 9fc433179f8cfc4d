#include "harness/check/counter_losses.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "harness/check/evidence.h"

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
      : record_(record), reigns_(reigns), result_(result) {
    for (const FinalRead& read : record.final_reads) finals_[read.key] = &read;
  }

  void Judge(const std::size_t* ops, std::size_t count) {
    acked_.clear();
    std::int64_t unknown = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Operation& op = Op(ops[i]);
      if (op.outcome == Outcome::kAcked) acked_.push_back({ops[i], reigns_.SpanOf(op)});
      if (op.outcome == Outcome::kRejected) ++result_.rejected;
      if (op.outcome == Outcome::kUnknown) ++unknown;
    }
    ++result_.keys;
    result_.unknown += unknown;
    result_.acked += static_cast<std::int64_t>(acked_.size());
    const Operation& first = Op(ops[0]);
    const std::string& key = record_.history.KeyOf(first);
    const std::optional<std::int64_t> final_value = FinalValue(key);
    BuildMinima(reigns_.GroupAt(first.slot).reigns.size());
    BuildStretches();
    const auto [lost, by_acks] = CollectLost(final_value);
    Account(key, unknown, lost, by_acks, final_value);
  }

 private:
  struct Acked {
    std::size_t op;
    ReignSpan span;
  };

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

  // How many definitely lost, and how many of those by acked values alone.
  std::pair<std::int64_t, std::int64_t> CollectLost(
      std::optional<std::int64_t> final_value) {
    std::int64_t lost = 0;
    std::int64_t by_acks = 0;
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
        continue;
      }
      ++lost;
      if (write.witness != LossWitness::kFinalRead) ++by_acks;
      result_.lost.push_back(write);
    }
    return {lost, by_acks};
  }

  void Account(const std::string& key, std::int64_t unknown, std::int64_t lost,
               std::int64_t by_acks, std::optional<std::int64_t> final_value) {
    const auto acked = static_cast<std::int64_t>(acked_.size());
    result_.lower_by_acks += by_acks;
    if (!final_value) {
      ++result_.unread;
      result_.lower += lost;
      result_.upper += acked;
      return;
    }
    const auto initial = record_.initial_values.find(key);
    const std::int64_t gained =
        *final_value - (initial == record_.initial_values.end() ? 0 : initial->second);
    const std::int64_t lower = std::max({lost, acked - gained, std::int64_t{0}});
    const std::int64_t upper = acked + unknown - gained;
    if (upper < 0) {
      ++result_.double_count;
      result_.surplus -= upper;
    } else if (upper < lost) {
      ++result_.contradictions;
    }
    result_.lower += std::min(lower, acked);
    // A value below the initial one (G < 0) can't make more lost than were acked.
    result_.upper += std::min(std::max(upper, lower), acked);
  }

  const RunRecord& record_;
  const Reigns& reigns_;
  CounterLosses& result_;
  std::unordered_map<std::string, const FinalRead*> finals_;
  std::vector<Acked> acked_;
  std::vector<std::int64_t> least_;
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
