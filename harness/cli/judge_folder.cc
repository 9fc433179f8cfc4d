#include "harness/cli/judge_folder.h"

#include <unistd.h>

#include <cstdio>

#include "harness/cli/command_line.h"
#include "reports/report_writer.h"
#include "reports/terminal_summary.h"

namespace slotquake {

Result<JudgedRun> JudgeFolder(const std::filesystem::path& folder) {
  auto record = ReadRecord(folder);
  if (!record.ok()) return record.status();
  JudgedRun run{std::move(*record), {}};
  run.judgement = Judge(run.record);
  const Status written = WriteReports(run.record, run.judgement, folder);
  if (!written.ok()) return written;
  return run;
}

void PrintSummary(const JudgedRun& run, const std::filesystem::path& folder) {
  const TerminalOptions options = {.colour = isatty(STDOUT_FILENO) == 1,
                                   .report = (folder / "report.html").string()};
  std::fputs(TerminalSummary(run.record, run.judgement, options).c_str(), stdout);
  std::fflush(stdout);
}

int ExitCodeOf(Validity validity) {
  switch (validity) {
    case Validity::kPass:
      return kExitPass;
    case Validity::kInconclusive:
      return kExitInconclusive;
    case Validity::kFail:
      return kExitFail;
  }
  return kExitHarnessFailed;
}

}  // namespace slotquake
