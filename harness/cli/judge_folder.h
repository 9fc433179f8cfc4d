#ifndef SLOTQUAKE_HARNESS_CLI_JUDGE_FOLDER_H_
#define SLOTQUAKE_HARNESS_CLI_JUDGE_FOLDER_H_

#include <filesystem>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// A record and what is thought of it.
struct JudgedRun {
  RunRecord record;
  Judgement judgement;
};

// Reads a saved run, judges it and writes its reports into its folder: what
// `run` does at its end, and `check` again at any time.
Result<JudgedRun> JudgeFolder(const std::filesystem::path& folder);

// Prints the summary of a judged run, and the path of its report.
void PrintSummary(const JudgedRun& run, const std::filesystem::path& folder);

// The exit code of a verdict.
int ExitCodeOf(Validity validity);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_JUDGE_FOLDER_H_
