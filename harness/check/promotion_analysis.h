#ifndef SLOTQUAKE_HARNESS_CHECK_PROMOTION_ANALYSIS_H_
#define SLOTQUAKE_HARNESS_CHECK_PROMOTION_ANALYSIS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/absence.h"
#include "harness/check/evidence.h"
#include "harness/check/reigns.h"
#include "harness/check/theory.h"
#include "harness/history/record.h"

namespace slotquake {

// The end of one phase of section 5 of docs/checking.md.
struct Phase {
  std::string name;
  std::optional<Instant> instant;
  std::optional<TheoryInterval> theory;  // nothing: no rule says when
  std::string rule;                      // in short words
  std::string judgement = "not_judged";  // "in_time", "late", "impossible", "missing"
};

// How long clients could not write to the victim's slots.
struct Outage {
  int clients = 0;
  double median_ms = 0;
  double max_ms = 0;
};

// What followed one fault in one victim's shard.
struct Promotion {
  int fault = 0;  // index into record.faults
  std::string type;
  Victim victim;
  Absence absence;  // of the victim
  // In which it went: the fault's asked and done, or, of a victim that was given time
  // to end, when it was gone. `zero` is that of all relative times.
  Nanos asked{0};
  Nanos zero{0};
  std::string promoted;  // name; "": none
  std::int64_t promoted_epoch = 0;
  std::vector<Phase> phases;
  Outage outage;
  bool no_majority = false;   // too few masters were left for any election
  std::string none_reason;    // why nobody was promoted
  std::string inconsistency;  // where the sources contradict each other

  // nullptr where there is none, or its instant is not known.
  const Instant* At(const std::string& phase) const;
  // The interval that won must lie in; nothing where no theory applies.
  std::optional<TheoryInterval> Allowed() const;
  // Milliseconds after zero, and what it may be wrong by.
  double RelativeMs(const Instant& instant) const;
  double UncertaintyMs(const Instant& instant, Nanos clock_slack) const;
};

// The first reign of another node over the victim's slots, under a later epoch, that
// began in [from, until); nullptr where there is none.
const Reign* FindSuccessor(const Reigns& reigns, const Victim& victim, Nanos from,
                           Nanos until);

// One per victim of each injected fault, masters and replicas, in order of faults.
std::vector<Promotion> AnalysePromotions(const RunRecord& record,
                                         const std::vector<TimedView>& views,
                                         const Reigns& reigns);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_PROMOTION_ANALYSIS_H_
