#include "harness/check/verdict.h"

#include <algorithm>

#include "harness/check/checker.h"

namespace slotquake {

const char* Name(Validity validity) {
  switch (validity) {
    case Validity::kPass:
      return "pass";
    case Validity::kInconclusive:
      return "inconclusive";
    case Validity::kFail:
      return "fail";
  }
  return "fail";
}

Validity Merge(Validity a, Validity b) { return std::max(a, b); }

bool IsControl(const RunRecord& record) {
  const auto wanted = record.scenario_json.find("timeline");
  return record.faults.empty() &&
         (wanted == record.scenario_json.end() || wanted->empty());
}

const Verdict* Judgement::Find(std::string_view checker) const {
  for (const Verdict& verdict : verdicts) {
    if (verdict.checker == checker) return &verdict;
  }
  return nullptr;
}

}  // namespace slotquake
