#ifndef SLOTQUAKE_HARNESS_CHECK_ASSUMPTION_LIST_H_
#define SLOTQUAKE_HARNESS_CHECK_ASSUMPTION_LIST_H_

#include <string>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

// One thing that a verdict rests on (section 9 of docs/checking.md).
struct Assumption {
  std::string name;  // "load_too_thin": what is wrong when it does not hold
  bool holds = true;
  std::string text;  // a plain sentence with the figures, either way
};

// All of them, in the order of the report, but `checker_error`, which only the judge
// of all checkers can know.
std::vector<Assumption> ListAssumptions(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_ASSUMPTION_LIST_H_
