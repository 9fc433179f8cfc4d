#include <cstdio>
#include <fstream>

#include "harness/cli/commands.h"
#include "harness/cli/judge_folder.h"
#include "reports/json_writer.h"
#include "reports/report_writer.h"

namespace slotquake {
namespace {

int FailWith(const std::string& message) {
  std::fprintf(stderr, "slotquake: %s\n", message.c_str());
  return kExitBadInput;
}

int Check(const Arguments& arguments) {
  if (arguments.operands.size() != 1) return FailWith("name one run's folder");
  const std::filesystem::path folder = arguments.operands[0];
  const auto run = JudgeFolder(folder);
  if (!run.ok()) return FailWith(run.message());
  PrintSummary(*run, std::filesystem::absolute(folder));
  return ExitCodeOf(run->judgement.validity);
}

int Report(const Arguments& arguments) {
  if (arguments.operands.size() != 1) return FailWith("name one run's folder");
  const std::filesystem::path folder = arguments.operands[0];
  const auto record = ReadRecord(folder);
  if (!record.ok()) return FailWith(record.message());
  std::ifstream verdicts(folder / "verdicts.json");
  const auto judgement = ReadVerdicts(verdicts);
  if (!judgement.ok()) {
    return FailWith(judgement.message() + "\n(`slotquake check` judges a run anew)");
  }
  const Status written = WriteReports(*record, *judgement, folder);
  if (!written.ok()) return FailWith(written.message());
  std::printf("%s\n", (std::filesystem::absolute(folder) / "report.html").c_str());
  return kExitPass;
}

}  // namespace

Command CheckCommandSpec() {
  return {.name = "check",
          .operands = "RUN",
          .help = "Judges a saved run again and writes its reports; needs no cluster.",
          .footer = "RUN is a run's folder: one that holds a record.json.",
          .options = nullptr,
          .run = Check};
}

Command ReportCommandSpec() {
  return {.name = "report",
          .operands = "RUN",
          .help = "Writes a saved run's reports again, from its saved verdicts.",
          .footer = "RUN is a run's folder: one that holds a record.json.",
          .options = nullptr,
          .run = Report};
}

}  // namespace slotquake
