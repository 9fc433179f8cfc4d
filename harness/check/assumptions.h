#ifndef SLOTQUAKE_HARNESS_CHECK_ASSUMPTIONS_H_
#define SLOTQUAKE_HARNESS_CHECK_ASSUMPTIONS_H_

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// How do you know? Every assumption of section 9 of docs/checking.md, each a case;
// one that is broken makes the run inconclusive. Details:
//   items [{name, holds, text}]
Verdict CheckAssumptions(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_ASSUMPTIONS_H_
