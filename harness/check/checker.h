#ifndef SLOTQUAKE_HARNESS_CHECK_CHECKER_H_
#define SLOTQUAKE_HARNESS_CHECK_CHECKER_H_

#include <string_view>
#include <vector>

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// A pure function from a record to a verdict: no clock, no network, no files, no
// state between calls; the same record always gives the same verdict.
struct CheckerType {
  std::string_view name;  // the file's name, "lost_writes"
  std::string_view help;  // one sentence
  Verdict (*check)(const RunRecord&);
};

// All checkers, in the order of the report. A plain table (registry.cc).
const std::vector<CheckerType>& AllCheckers();

// Whether no fault was wanted. A run that ended before its timeline has none on record,
// either, and is no control.
bool IsControl(const RunRecord& record);

// What all checkers say, and the worst of it.
struct Judgement {
  Validity validity = Validity::kPass;
  std::vector<Verdict> verdicts;

  // nullptr where there is none of that name.
  const Verdict* Find(std::string_view checker) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Judgement, validity, verdicts)

// Runs every checker. One that throws gives `inconclusive` (checker_error).
Judgement Judge(const RunRecord& record);

// The same with a table of one's own, in its order.
Judgement JudgeWith(const std::vector<CheckerType>& checkers, const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_CHECKER_H_
