#include "harness/check/append_losses.h"

#include <limits>
#include <unordered_map>
#include <utility>

#include "harness/check/evidence.h"

namespace slotquake {
namespace {

// How often each token stands in the final list of each key that could be read.
using Lists = std::unordered_map<std::string, std::unordered_map<std::int64_t, int>>;

Lists ReadLists(const RunRecord& record) {
  Lists lists;
  for (const FinalRead& read : record.final_reads) {
    if (!read.error.empty()) continue;
    auto& list = lists[read.key];
    for (const std::int64_t token : read.tokens) ++list[token];
  }
  return lists;
}

void Judge(const RunRecord& record, const Reigns& reigns, std::size_t index, int times,
           AppendLosses& result) {
  const Operation& op = record.history.operations()[index];
  if (times > 1) ++result.applied_twice;
  if (op.outcome == Outcome::kUnknown && times > 0) ++result.unknown_applied;
  if (op.outcome == Outcome::kRejected && times > 0) ++result.refused_but_applied;
  if (op.outcome == Outcome::kAcked && times == 0) {
    result.lost.push_back({index, reigns.SpanOf(op), LossWitness::kFinalRead, -1, 0});
  }
}

// From the end of each list: the earliest acknowledgement of all that follows.
void CountReordered(const RunRecord& record,
                    const std::unordered_map<std::int64_t, std::size_t>& by_token,
                    AppendLosses& result) {
  const auto& operations = record.history.operations();
  for (const FinalRead& read : record.final_reads) {
    const Operation* earliest = nullptr;
    for (auto it = read.tokens.rbegin(); it != read.tokens.rend(); ++it) {
      const auto found = by_token.find(*it);
      if (found == by_token.end()) continue;
      const Operation& op = operations[found->second];
      if (earliest != nullptr &&
          earliest->completed + ClockBound(record, earliest->worker, op.worker) <
              op.invoked) {
        ++result.reordered;
      }
      if (op.outcome == Outcome::kAcked &&
          (earliest == nullptr || op.completed < earliest->completed)) {
        earliest = &op;
      }
    }
  }
}

}  // namespace

AppendLosses FindAppendLosses(const RunRecord& record, const Reigns& reigns) {
  AppendLosses result;
  Lists lists = ReadLists(record);
  std::unordered_map<std::int64_t, std::size_t> by_token;
  const auto& operations = record.history.operations();
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& op = operations[i];
    if (op.kind != OperationKind::kAppend) continue;
    by_token.emplace(op.id, i);
    if (op.outcome == Outcome::kAcked) ++result.acked;
    if (op.outcome == Outcome::kRejected) ++result.rejected;
    if (op.outcome == Outcome::kUnknown) ++result.unknown;
    const auto list = lists.find(record.history.KeyOf(op));
    if (list == lists.end()) {
      if (op.outcome == Outcome::kAcked) ++result.undecided;
      continue;
    }
    const auto token = list->second.find(op.id);
    Judge(record, reigns, i, token == list->second.end() ? 0 : token->second, result);
    if (token != list->second.end()) list->second.erase(token);
  }
  for (const auto& [key, list] : lists) {
    result.foreign += static_cast<std::int64_t>(list.size());
  }
  CountReordered(record, by_token, result);
  return result;
}

}  // namespace slotquake
