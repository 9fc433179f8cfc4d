#ifndef SLOTQUAKE_HARNESS_CHECK_UNMET_H_
#define SLOTQUAKE_HARNESS_CHECK_UNMET_H_

#include <string>
#include <vector>

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// The case of an expectation that was not met: a failure, unless one of the
// assumptions that its evidence rests on is broken; then it is inconclusive and its
// text says why (section 9 of docs/checking.md).
Case Unmet(const RunRecord& record, std::string name, std::string text,
           const std::vector<std::string>& rests_on);

// The worst of the verdict's cases becomes its validity.
void Conclude(Verdict& verdict);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_UNMET_H_
