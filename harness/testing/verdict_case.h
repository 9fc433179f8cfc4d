#ifndef SLOTQUAKE_HARNESS_TESTING_VERDICT_CASE_H_
#define SLOTQUAKE_HARNESS_TESTING_VERDICT_CASE_H_

#include <filesystem>
#include <string>
#include <vector>

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// The recorded cases in `folder` (relative to the workspace), NAME-ok.json and
// NAME-bad.json, by name. A record as RecordFromJson() reads it, with
//   about    what it shows
//   verdict  {validity, summary, details {JSON pointer: value}, cases {name: validity}}
// Numbers are compared within 1e-6; a summary must contain the given text.
std::vector<std::string> VerdictCases(const std::filesystem::path& folder);

// Judges the case and compares, with gtest expectations. A case that is named -ok
// must pass, one named -bad must not.
void ExpectVerdict(const std::string& path, Verdict (*check)(const RunRecord&));

// "NAME_ok" for gtest, from the path.
std::string CaseName(const std::string& path);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_VERDICT_CASE_H_
