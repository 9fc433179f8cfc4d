#include "harness/check/assumption_list.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "harness/check/checker.h"
#include "harness/check/cluster_state.h"
#include "harness/check/evidence.h"
#include "harness/check/expectations.h"
#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"
#include "harness/check/promotion_analysis.h"
#include "harness/check/reigns.h"
#include "harness/check/watch_quality.h"

namespace slotquake {
namespace {

// "a; b; and 3 more".
std::string Listed(const std::vector<std::string>& sentences) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(sentences.size(), kShown); ++i) {
    text += (i == 0 ? "" : "; ") + sentences[i];
  }
  if (sentences.size() > kShown) {
    text += "; and " + std::to_string(sentences.size() - kShown) + " more";
  }
  return text;
}

Assumption FaultProven(const RunRecord& record) {
  Assumption item{"fault_not_proven", true, ""};
  if (record.faults.empty()) {
    item.holds = IsControl(record);
    item.text = item.holds ? "the scenario has no fault to prove"
                           : "no fault of the scenario's timeline was injected";
    return item;
  }
  std::vector<std::string> broken;
  std::vector<std::string> shown;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) {
      broken.push_back(fault.type + " was never injected" +
                       (fault.error.empty() ? "" : ": " + fault.error));
      continue;
    }
    if (fault.proofs.empty()) broken.push_back(fault.type + " has no proof");
    for (const Proof& proof : fault.proofs) {
      (proof.holds ? shown : broken)
          .push_back(proof.holds ? proof.what : "not proven: " + proof.what);
    }
    if (fault.recovery_wanted && !fault.recovered) {
      broken.push_back(fault.type + " was never recovered");
    }
    for (const Proof& proof : fault.recovery_proofs) {
      if (!proof.holds) broken.push_back("not proven: " + proof.what);
    }
  }
  item.holds = broken.empty();
  item.text = Listed(item.holds ? shown : broken);
  return item;
}

Assumption HealthyBefore(const RunRecord& record) {
  const FaultRecord* fault = FirstFault(record);
  const PhaseRecord* warm_up = record.FindPhase("warm_up");
  Nanos at = EndOf(record);
  for (const Operation& op : record.history.operations()) at = std::min(at, op.invoked);
  if (warm_up != nullptr) at = warm_up->end;
  if (fault != nullptr) at = fault->asked;
  const auto nodes = StateAt(record, at, {});
  const auto problems = Disagreements(record, nodes);
  const auto replicas =
      std::count_if(nodes.begin(), nodes.end(),
                    [](const NodeState& node) { return !node.IsMaster(); });
  return {"unhealthy_before", problems.empty() && !nodes.empty(),
          nodes.empty() ? "the record names no nodes"
          : problems.empty()
              ? Counted(static_cast<std::int64_t>(nodes.size()), "node") +
                    " agreed and " + Counted(replicas, "replica link") + " were up" +
                    (fault == nullptr ? "" : " before the fault")
              : Listed(problems)};
}

Assumption EnoughLoad(const RunRecord& record) {
  constexpr Nanos kBefore{1'000'000'000};
  const std::int64_t wanted = ReadExpectations(record).min_acked_before;
  Assumption item{"load_too_thin", true, ""};
  const auto& operations = record.history.operations();
  if (FirstFault(record) == nullptr) {
    const auto acked = std::count_if(
        operations.begin(), operations.end(),
        [](const Operation& op) { return op.outcome == Outcome::kAcked; });
    item.holds = acked >= wanted;
    item.text = "no fault; " + Grouped(acked) + " acked writes in the whole run, " +
                Grouped(wanted) + " wanted";
    return item;
  }
  SlotSet hit_before;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) continue;
    // A fault without victims is one of the whole cluster.
    const SlotSet slots = fault.victims.empty() ? ~SlotSet() : SlotsOf(fault);
    // Slots that an earlier fault has taken down have no load to ask for.
    const bool fresh = (slots & hit_before).none();
    hit_before |= slots;
    if (!fresh) continue;
    std::int64_t acked = 0;
    for (const Operation& op : operations) {
      acked += op.outcome == Outcome::kAcked && slots.test(op.slot) &&
                       op.completed < fault.asked &&
                       op.completed >= fault.asked - kBefore
                   ? 1
                   : 0;
    }
    item.holds = item.holds && acked >= wanted;
    item.text += (item.text.empty() ? "" : "; ") + Grouped(acked) +
                 " acked writes on the victim's slots in the last second before " +
                 fault.type + ", " + Grouped(wanted) + " wanted";
  }
  return item;
}

Assumption PossibleTiming(const RunRecord& record,
                          const std::vector<Promotion>& promotions) {
  std::vector<std::string> broken;
  int judged = 0;
  for (const Promotion& promotion : promotions) {
    if (!promotion.inconsistency.empty()) broken.push_back(promotion.inconsistency);
    for (const Phase& phase : promotion.phases) {
      if (!phase.instant || !phase.theory) continue;
      ++judged;
      if (phase.judgement != "impossible") continue;
      broken.push_back(
          phase.name + " at " + Relative(promotion.RelativeMs(*phase.instant)) +
          " is before the earliest possible " + Relative(phase.theory->min_ms));
    }
  }
  if (record.faults.empty()) {
    return {"impossible_timing", true, "no fault, so no failover to time"};
  }
  return {"impossible_timing", broken.empty(),
          broken.empty() ? "none of " + Counted(judged, "timed phase") +
                               " came before it was possible"
                         : Listed(broken)};
}

Assumption Complete(const RunRecord& record) {
  std::vector<std::string> missing;
  for (const std::string& error : record.errors) missing.push_back(error);
  if (record.nodes.empty()) missing.push_back("no nodes");
  const bool has_load = !record.loads.empty();
  if (has_load && record.history.operations().empty()) {
    missing.push_back("no operations, although a load ran");
  }
  std::unordered_set<std::string> read;
  std::int64_t failed = 0;
  for (const FinalRead& final_read : record.final_reads) {
    read.insert(final_read.key);
    failed += final_read.error.empty() ? 0 : 1;
  }
  std::int64_t unread = 0;
  std::vector<bool> counted(record.history.keys().size(), false);
  for (const Operation& op : record.history.operations()) {
    if (counted[op.key]) continue;
    counted[op.key] = true;
    unread += read.contains(record.history.KeyOf(op)) ? 0 : 1;
  }
  // Keys of a part that nobody meant to bring back can't be read.
  const bool may_fail = !ReadExpectations(record).rest_required;
  if (unread > 0) missing.push_back("no final read of " + Counted(unread, "key"));
  if (failed > 0 && !may_fail) {
    missing.push_back("the final read of " + Counted(failed, "key") + " failed");
  }
  for (const NodeRecord& node : record.nodes) {
    if (!record.logs.contains(node.name)) missing.push_back("no log of " + node.name);
  }
  return {"record_incomplete", missing.empty(),
          missing.empty()
              ? Counted(static_cast<std::int64_t>(read.size()), "key") +
                    " read at the end, " +
                    Counted(static_cast<std::int64_t>(record.logs.size()), "log") +
                    " collected"
              : Listed(missing)};
}

}  // namespace

std::vector<Assumption> ListAssumptions(const RunRecord& record) {
  const std::vector<TimedView> views = AllViews(record);
  const Reigns reigns(record, views);
  const std::vector<Promotion> promotions = AnalysePromotions(record, views, reigns);
  const std::vector<CriticalTime> times = CriticalTimes(record, promotions);
  return {FaultProven(record),
          HealthyBefore(record),
          EnoughLoad(record),
          ObserverGap(record, times),
          ClockBoundHolds(record),
          HarnessStall(record, times),
          PossibleTiming(record, promotions),
          Complete(record),
          {"interrupted", !record.interrupted,
           record.interrupted ? "the run was interrupted" : "the run went to its end"}};
}

}  // namespace slotquake
