#ifndef SLOTQUAKE_HARNESS_CHECK_RETURN_ANALYSIS_H_
#define SLOTQUAKE_HARNESS_CHECK_RETURN_ANALYSIS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/promotion_analysis.h"
#include "harness/check/reigns.h"
#include "harness/history/record.h"

namespace slotquake {

// How a victim came back (section 11 of docs/checking.md).
enum class ReturnKind { kRestart, kFailover, kBoth, kNeither, kUnclear };

// "restart", "failover", "both", "neither", "unclear".
const char* Name(ReturnKind kind);

// The way back of one victim, with what shows it.
struct Return {
  int fault = 0;  // index into record.faults
  Victim victim;
  bool was_master = false;  // when it went, or until it handed over
  ReturnKind kind = ReturnKind::kUnclear;
  Absence absence;
  double timeout_ms = 0;        // the least node timeout
  std::string promoted;         // who took its slots over; "": nobody
  std::optional<Instant> won;   // when
  std::int64_t late_acks = 0;   // as the master that it was, after both
  std::int64_t won_back = 0;    // the epoch with which it took its slots back; 0: none
  std::optional<Instant> role;  // when it first showed what it came back as
  bool came_back_as_master = false;
  std::int64_t epoch_before = -1;  // current epochs that any node told; -1: none did
  std::int64_t epoch_after = -1;
  bool no_majority = false;  // too few masters were left for any election
  std::string none_reason;   // why nobody was promoted

  // Whether it was certainly away for less, or for more, than the node timeout.
  bool IsInsideTimeout() const;
  bool IsBeyondTimeout() const;
  // One sentence, without its full stop: "redis-0's pod was gone for 3.210 s, inside
  // the node timeout of 15 s; no epoch moved: a restart".
  std::string Sentence() const;
};

// One per promotion, in their order.
std::vector<Return> AnalyseReturns(const RunRecord& record,
                                   const std::vector<TimedView>& views,
                                   const Reigns& reigns,
                                   const std::vector<Promotion>& promotions);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_RETURN_ANALYSIS_H_
