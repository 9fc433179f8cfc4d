#include "harness/check/unmet.h"

#include <algorithm>
#include <utility>

#include "harness/check/assumption_list.h"

namespace slotquake {

Case Unmet(const RunRecord& record, std::string name, std::string text,
           const std::vector<std::string>& rests_on) {
  std::string broken;
  for (const Assumption& assumption : ListAssumptions(record)) {
    if (assumption.holds || std::find(rests_on.begin(), rests_on.end(),
                                      assumption.name) == rests_on.end()) {
      continue;
    }
    broken += (broken.empty() ? "" : ", ") + assumption.name;
  }
  if (broken.empty()) return {std::move(name), Validity::kFail, std::move(text)};
  return {std::move(name), Validity::kInconclusive,
          std::move(text) + "; but this run can not tell (" + broken + ")"};
}

void Conclude(Verdict& verdict) {
  verdict.validity = Validity::kPass;
  for (const Case& one : verdict.cases) {
    verdict.validity = Merge(verdict.validity, one.validity);
  }
}

}  // namespace slotquake
