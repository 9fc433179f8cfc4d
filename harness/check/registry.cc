
#include "harness/check/assumptions.h"
#include "harness/check/checker.h"
#include "harness/check/lost_writes.h"
#include "harness/check/promotion_timing.h"
#include "harness/check/restart_or_failover.h"
#include "harness/check/slot_coverage.h"
#include "harness/check/view_agreement.h"

namespace slotquake {

const std::vector<CheckerType>& AllCheckers() {
  static const std::vector<CheckerType> kAll = {
      {"lost_writes", "which acknowledged writes are gone, when and why",
       CheckLostWrites},
      {"promotion_timing", "how long until a replica was promoted, phase by phase",
       CheckPromotionTiming},
      {"restart_or_failover",
       "whether each victim's return was a restart or a failover",
       CheckRestartOrFailover},
      {"slot_coverage", "which slots could not be written, and for how long",
       CheckSlotCoverage},
      {"view_agreement", "whether all nodes agree at the end", CheckViewAgreement},
      {"assumptions", "what the other verdicts rest on", CheckAssumptions},
  };
  return kAll;
}

Judgement Judge(const RunRecord& record) { return JudgeWith(AllCheckers(), record); }

}  // namespace slotquake
