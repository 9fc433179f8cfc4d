#include "harness/check/slot_coverage.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "harness/check/coverage_json.h"
#include "harness/check/evidence.h"
#include "harness/check/expectations.h"
#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"
#include "harness/check/slot_gaps.h"
#include "harness/check/unmet.h"

namespace slotquake {
namespace {

struct Totals {
  double slot_seconds = 0;
  double blur_seconds = 0;  // what the slots' spacing may make it wrong by
  double longest_ms = 0;
  double longest_blur_ms = 0;  // the spacing of the slot that has the longest
  double pause_ms = 0;         // the longest of any shard
  double pause_blur_ms = 0;    // that shard's spacing
  double if_all_seconds = 0;   // slots of each shard that paused, times its pause
  SlotSet affected;
  SlotSet unserved;
  Nanos all_served{0};
};

// One master serves all slots of a shard alike: its pause holds for those that
// nobody tried too.
void AddPauses(const Reigns& reigns, const std::vector<ShardPause>& pauses,
               Totals& totals) {
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    totals.if_all_seconds +=
        pauses[i].lost_ms / 1000 * CountSlots(reigns.groups()[i].slots);
    if (pauses[i].lost_ms > totals.pause_ms) {
      totals.pause_ms = pauses[i].lost_ms;
      totals.pause_blur_ms = pauses[i].spacing_ms;
    }
  }
}

Totals Sum(const SlotGaps& gaps) {
  Totals totals;
  for (const SlotGap& gap : gaps.gaps) {
    const auto slot = static_cast<std::size_t>(gap.slot);
    totals.slot_seconds += gap.lost_ms / 1000;
    totals.blur_seconds += gaps.spacing_ms[slot] / 1000;
    if (gap.lost_ms > totals.longest_ms) {
      totals.longest_ms = gap.lost_ms;
      totals.longest_blur_ms = gaps.spacing_ms[slot];
    }
    totals.affected.set(slot);
    if (gap.open) totals.unserved.set(slot);
    totals.all_served = std::max(totals.all_served, gap.to);
  }
  return totals;
}

std::string SlotSeconds(double value) {
  if (value == 0 || value >= 100) return Grouped(std::llround(value));
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

// "no acknowledged write on slots 0-5460 for 3.931 s (37 of 5 461 slots tried)".
std::string DescribePauses(const Reigns& reigns,
                           const std::vector<ShardPause>& pauses) {
  std::string text;
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    const auto& slots = reigns.groups()[i].slots;
    if (pauses[i].lost_ms <= 0 || pauses[i].tried_slots == CountSlots(slots)) continue;
    text += "; no acknowledged write on slots " + ToString(slots) + " for " +
            Duration(pauses[i].lost_ms) + " (" + Grouped(pauses[i].tried_slots) +
            " of " + Counted(CountSlots(slots), "slot") + " tried)";
  }
  return text;
}

std::string Summary(const RunRecord& record, const SlotGaps& gaps,
                    const Totals& totals) {
  const auto tested = static_cast<std::int64_t>(gaps.tested.count());
  if (tested == 0) return "no slot was tried";
  const std::string of =
      tested == kSlots ? Grouped(kSlots) + " slots" : Counted(tested, "tested slot");
  if (totals.affected.none()) {
    return "0 slot-seconds lost; all " + of + " were served throughout";
  }
  const auto affected = static_cast<double>(totals.affected.count());
  std::string text =
      SlotSeconds(totals.slot_seconds) + " slot-seconds lost; " +
      Counted(static_cast<std::int64_t>(totals.affected.count()), "slot") + " for " +
      Duration(1000 * totals.slot_seconds / affected) + " on average, " +
      Duration(totals.longest_ms) + " at most; ";
  if (totals.unserved.any()) {
    return text + Counted(static_cast<std::int64_t>(totals.unserved.count()), "slot") +
           " not served again";
  }
  const FaultRecord* fault = FirstFault(record);
  const Nanos zero = fault == nullptr ? Nanos(0) : fault->done;
  return text + "all " + of + " served again at " +
         Relative(ToMillis(totals.all_served - zero));
}

const std::vector<std::string>& Evidence() {
  static const std::vector<std::string> kNames = {
      "fault_not_proven", "unhealthy_before",  "load_too_thin", "clock_bound",
      "harness_stall",    "record_incomplete", "interrupted"};
  return kNames;
}

// A measured value against its limit, when it may be wrong by `blur`.
Case AtMost(const RunRecord& record, const char* name, double measured, double blur,
            double max, const std::string& text) {
  if (measured <= max && (measured <= 0 || measured + blur <= max || blur <= max)) {
    return {name, Validity::kPass, text};
  }
  if (measured - blur > max) return Unmet(record, name, text, Evidence());
  return {name, Validity::kInconclusive,
          text + ", too close to tell with the load's spacing"};
}

// Of any slot, and of any shard as a whole: the worse of both.
Case UncoveredAtMost(const RunRecord& record, const Totals& totals, double max) {
  const char* name = "max_uncovered_ms";
  const auto text = [max](const char* what, double measured, double blur) {
    return std::string("expected no ") + what + " uncovered for over " + Duration(max) +
           ", the longest was " + Duration(measured) + " (resolution " +
           Duration(blur) + ")";
  };
  Case of_slot = AtMost(record, name, totals.longest_ms, totals.longest_blur_ms, max,
                        text("slot", totals.longest_ms, totals.longest_blur_ms));
  Case of_shard = AtMost(record, name, totals.pause_ms, totals.pause_blur_ms, max,
                         text("shard", totals.pause_ms, totals.pause_blur_ms));
  return of_shard.validity > of_slot.validity ? of_shard : of_slot;
}

// The victims' slots must not be served between the last fault before the first
// recovery and that recovery.
Case StaysDown(const RunRecord& record) {
  const char* name = "stays_down_until_recovery";
  Nanos recovery = Nanos::max() / 2;
  for (const FaultRecord& fault : record.faults) {
    if (fault.recovered) recovery = std::min(recovery, fault.recover_asked);
  }
  Nanos down{0};
  SlotSet slots;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected || fault.asked > recovery) continue;
    down = std::max(down, fault.done);
    slots |= SlotsOf(fault);
  }
  if (slots.none()) {
    return Unmet(record, name, "nothing was taken down", {"fault_not_proven"});
  }
  const Nanos slack = ClockSlack(record);
  std::int64_t served = 0;
  std::int64_t tried = 0;
  for (const Operation& op : record.history.operations()) {
    if (!slots.test(op.slot) || op.invoked <= down + slack ||
        op.completed >= recovery - slack) {
      continue;
    }
    ++tried;
    served += op.outcome == Outcome::kAcked ? 1 : 0;
  }
  const std::string text =
      "the victims' slots must stay down until the recovery: " + Grouped(served) +
      " of " + Counted(tried, "attempt") + " acknowledged";
  if (served > 0) return Unmet(record, name, text, {"fault_not_proven", "clock_bound"});
  return {name, tried > 0 ? Validity::kPass : Validity::kInconclusive, text};
}

}  // namespace

Verdict CheckSlotCoverage(const RunRecord& record) {
  const std::vector<TimedView> views = AllViews(record);
  const Reigns reigns(record, views);
  const SlotGaps gaps = FindSlotGaps(record);
  const std::vector<ShardPause> pauses = FindShardPauses(record, reigns);
  Totals totals = Sum(gaps);
  AddPauses(reigns, pauses, totals);
  const ExpectedOutcome expect = ReadExpectations(record);
  Verdict verdict;
  verdict.checker = "slot_coverage";
  verdict.summary = Summary(record, gaps, totals) + DescribePauses(reigns, pauses);
  if (expect.max_slot_seconds) {
    verdict.cases.push_back(
        AtMost(record, "max_slot_seconds", totals.slot_seconds, totals.blur_seconds,
               *expect.max_slot_seconds,
               "expected at most " + SlotSeconds(*expect.max_slot_seconds) +
                   " slot-seconds lost, found " + SlotSeconds(totals.slot_seconds)));
  }
  if (expect.max_uncovered_ms) {
    verdict.cases.push_back(UncoveredAtMost(record, totals, *expect.max_uncovered_ms));
  }
  if (expect.must_stay_down) verdict.cases.push_back(StaysDown(record));
  const bool again = totals.affected.any() && totals.unserved.none();
  verdict.details = {
      {"slot_seconds_lost", totals.slot_seconds},
      {"slot_seconds_if_all", totals.if_all_seconds},
      {"resolution_ms", gaps.resolution_ms},
      {"untested_slots", kSlots - gaps.tested.count()},
      {"unserved_slots", totals.unserved.count()},
      {"uncovered_ms_max", std::max(totals.longest_ms, totals.pause_ms)},
      {"all_served_again_ms",
       again ? nlohmann::json(ToMillis(totals.all_served)) : nlohmann::json()},
      {"shards", ShardsJson(record, reigns, gaps, pauses)},
      {"declared", DeclaredJson(record)},
      {"doubly_claimed", DoubleClaimsJson(record, views)}};
  Conclude(verdict);
  return verdict;
}

}  // namespace slotquake
