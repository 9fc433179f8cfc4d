#include <exception>

#include "harness/check/checker.h"
#include "harness/check/unmet.h"

namespace slotquake {
namespace {

// The "assumptions" verdict also tells whether a checker threw, which no checker can
// know of the others.
void AddCheckerError(const std::string& thrown, Verdict& assumptions) {
  const std::string text =
      thrown.empty() ? "every checker came to a verdict" : "no verdict from " + thrown;
  assumptions.cases.push_back(
      {"checker_error", thrown.empty() ? Validity::kPass : Validity::kInconclusive,
       text});
  assumptions.details["items"].push_back(
      {{"name", "checker_error"}, {"holds", thrown.empty()}, {"text", text}});
  Conclude(assumptions);
}

}  // namespace

Judgement JudgeWith(const std::vector<CheckerType>& checkers, const RunRecord& record) {
  Judgement judgement;
  std::string thrown;
  for (const CheckerType& checker : checkers) {
    Verdict verdict;
    try {
      verdict = checker.check(record);
    } catch (const std::exception& error) {
      verdict = Verdict();
      verdict.summary = "this checker failed: " + std::string(error.what());
      verdict.cases = {{"checker_error", Validity::kInconclusive, verdict.summary}};
      Conclude(verdict);
      thrown += (thrown.empty() ? "" : ", ") + std::string(checker.name);
    }
    verdict.checker = std::string(checker.name);
    judgement.verdicts.push_back(std::move(verdict));
  }
  for (Verdict& verdict : judgement.verdicts) {
    const bool itself_threw = !verdict.details.contains("items");
    if (verdict.checker == "assumptions" && !itself_threw) {
      AddCheckerError(thrown, verdict);
    }
    judgement.validity = Merge(judgement.validity, verdict.validity);
  }
  return judgement;
}

}  // namespace slotquake
