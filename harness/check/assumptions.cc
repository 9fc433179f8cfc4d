#include "harness/check/assumptions.h"

#include "harness/check/assumption_list.h"
#include "harness/check/figures.h"
#include "harness/check/unmet.h"

namespace slotquake {

Verdict CheckAssumptions(const RunRecord& record) {
  Verdict verdict;
  verdict.checker = "assumptions";
  nlohmann::json items = nlohmann::json::array();
  std::string broken;
  const auto assumptions = ListAssumptions(record);
  for (const Assumption& assumption : assumptions) {
    verdict.cases.push_back(
        {assumption.name, assumption.holds ? Validity::kPass : Validity::kInconclusive,
         assumption.text});
    items.push_back({{"name", assumption.name},
                     {"holds", assumption.holds},
                     {"text", assumption.text}});
    if (!assumption.holds) broken += (broken.empty() ? "" : ", ") + assumption.name;
  }
  verdict.summary =
      broken.empty()
          ? "all " +
                Counted(static_cast<std::int64_t>(assumptions.size()), "assumption") +
                " hold"
          : "broken: " + broken;
  verdict.details["items"] = std::move(items);
  Conclude(verdict);
  return verdict;
}

}  // namespace slotquake
