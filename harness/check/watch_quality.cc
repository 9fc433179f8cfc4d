#include "harness/check/watch_quality.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/check/evidence.h"
#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"

namespace slotquake {
namespace {

constexpr Nanos kMaxGap{100'000'000};
constexpr Nanos kMaxStall{50'000'000};
constexpr Nanos kMaxClockBound{5'000'000};

bool Touches(const std::vector<CriticalTime>& times, Nanos from, Nanos to) {
  return std::any_of(times.begin(), times.end(), [&](const CriticalTime& time) {
    return from < time.to && to > time.from;
  });
}

bool IsPolled(const Observation& seen) {
  return seen.kind == observation_kind::kView ||
         seen.kind == observation_kind::kClusterInfo ||
         seen.kind == observation_kind::kReplication;
}

struct Gap {
  std::string node;
  Nanos from{0};
  Nanos to{0};
};

// Every time in which a node was not seen: written gaps and unanswered polls.
std::vector<Gap> AllGaps(const RunRecord& record) {
  std::vector<Gap> gaps;
  std::map<std::string, Nanos> silent_since;
  for (const Observation& seen : record.observations) {
    if (seen.kind == observation_kind::kGap) {
      gaps.push_back({seen.node, seen.not_before, seen.at});
    } else if (seen.kind == observation_kind::kUnreachable) {
      silent_since.try_emplace(seen.node, seen.not_before);
    } else if (seen.kind == observation_kind::kReachable || IsPolled(seen)) {
      const auto it = silent_since.find(seen.node);
      if (it == silent_since.end()) continue;
      gaps.push_back({seen.node, it->second, seen.at});
      silent_since.erase(it);
    }
  }
  const Nanos end = EndOf(record);
  for (const auto& [node, since] : silent_since) gaps.push_back({node, since, end});
  return gaps;
}

// Whether a fault excuses the node's silence somewhere in the gap.
bool IsExcused(const RunRecord& record, const Gap& gap) {
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected || fault.asked > gap.to) continue;
    // What breaks nobody excuses nobody; one that serves badly may answer late.
    if (EffectOf(fault) == FaultEffect::kOther &&
        fault.effect != fault_effect::kDegraded) {
      continue;
    }
    // A restarted node needs a moment until it answers.
    constexpr Nanos kStart{5'000'000'000};
    if (fault.recovered && fault.recover_done + kStart < gap.from) continue;
    for (const Victim& victim : fault.victims) {
      if (victim.node == gap.node) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<CriticalTime> CriticalTimes(const RunRecord& record,
                                        const std::vector<Promotion>& promotions) {
  std::vector<CriticalTime> times;
  double timeout_ms = 0;
  for (const NodeRecord& node : record.nodes) {
    timeout_ms = std::max(timeout_ms, NodeTimeoutMs(&node));
  }
  const Nanos end = EndOf(record);
  for (std::size_t i = 0; i < record.faults.size(); ++i) {
    const FaultRecord& fault = record.faults[i];
    if (!fault.injected) continue;
    Nanos to = fault.asked;
    for (const Promotion& promotion : promotions) {
      if (promotion.fault != static_cast<int>(i)) continue;
      if (const Instant* agreed = promotion.At("agreed")) {
        to = std::max(to, agreed->hi);
      } else if (promotion.promoted.empty() && promotion.absence.back) {
        to = std::max(to, promotion.absence.back->hi);
      } else if (!promotion.promoted.empty() || !fault.recovered) {
        to = std::max(to, fault.done + FromMillis(3.5 * timeout_ms + 2300));
      } else {
        to = std::max(to, fault.recover_done);
      }
    }
    times.push_back({fault.asked, std::min(to, end)});
  }
  return times;
}

Assumption ObserverGap(const RunRecord& record,
                       const std::vector<CriticalTime>& times) {
  Assumption item{"observer_gap", true, ""};
  if (times.empty()) {
    item.text = "no fault, so no critical time to watch";
    return item;
  }
  Gap longest;
  for (const Gap& gap : AllGaps(record)) {
    if (!Touches(times, gap.from, gap.to) || IsExcused(record, gap)) continue;
    if (gap.to - gap.from > longest.to - longest.from) longest = gap;
  }
  std::set<std::string> unseen;
  for (const NodeRecord& node : record.nodes) unseen.insert(node.name);
  for (const Observation& seen : record.observations) {
    if (IsPolled(seen)) unseen.erase(seen.node);
  }
  item.holds = unseen.empty() && longest.to - longest.from <= kMaxGap;
  const std::string figure = longest.node.empty()
                                 ? "no gap"
                                 : "the longest gap is " +
                                       Duration(ToMillis(longest.to - longest.from)) +
                                       " (" + longest.node + ")";
  item.text =
      "nodes that were not hit were watched between fault and agreement: " + figure +
      ", up to 100 ms is allowed";
  if (!unseen.empty()) {
    item.text = *unseen.begin() + " was never seen by any observer";
  }
  return item;
}

Assumption HarnessStall(const RunRecord& record,
                        const std::vector<CriticalTime>& times) {
  Assumption item{"harness_stall", true, ""};
  Nanos longest{0};
  for (const Observation& seen : record.observations) {
    if (seen.kind != observation_kind::kStall) continue;
    if (!times.empty() && !Touches(times, seen.not_before, seen.at)) continue;
    longest = std::max(longest, seen.at - seen.not_before);
  }
  item.holds = times.empty() || longest <= kMaxStall;
  item.text = std::string(times.empty() ? "no fault, so no critical time; "
                                        : "in the critical time ") +
              "the longest stall of a worker was " + Duration(ToMillis(longest)) +
              ", up to 50 ms is allowed";
  return item;
}

Assumption ClockBoundHolds(const RunRecord& record) {
  Nanos widest{0};
  for (const WorkerRecord& worker : record.workers) {
    widest = std::max(widest, worker.clock_bound);
  }
  return {"clock_bound", widest <= kMaxClockBound,
          "the workers' clocks are known within " + Duration(ToMillis(widest)) +
              ", up to 5 ms is allowed"};
}

}  // namespace slotquake
