#ifndef SLOTQUAKE_HARNESS_CHECK_VERDICT_H_
#define SLOTQUAKE_HARNESS_CHECK_VERDICT_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace slotquake {

// Ordered: the greater is the worse. Inconclusive means that this run can not
// tell, and why; it is never a pass.
enum class Validity { kPass = 0, kInconclusive = 1, kFail = 2 };

NLOHMANN_JSON_SERIALIZE_ENUM(Validity, {{Validity::kPass, "pass"},
                                        {Validity::kInconclusive, "inconclusive"},
                                        {Validity::kFail, "fail"}})

// "pass", "inconclusive", "fail".
const char* Name(Validity validity);

// The worse of the two.
Validity Merge(Validity a, Validity b);

// One thing that was checked, as one JUnit case: an expectation of the
// scenario, an assumption, or a rule that always holds.
struct Case {
  std::string name;  // "max_window_ms"
  Validity validity = Validity::kPass;
  std::string text;  // what was expected and what was found, in one sentence
};

// What one checker says of one record.
struct Verdict {
  std::string checker;  // "lost_writes"
  Validity validity = Validity::kPass;
  std::string summary;      // one line for a person: the answer, with its bounds
  std::vector<Case> cases;  // the validity is the worst of theirs
  nlohmann::json details = nlohmann::json::object();  // per checker, see its header
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Case, name, validity, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Verdict, checker, validity, summary, cases, details)

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_VERDICT_H_
