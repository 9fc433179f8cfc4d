// Writes the reports of the sample run, to look at them while working on the
// page: write_sample FOLDER [pass|fail|inconclusive|control|judged|kubernetes]
// [OPERATIONS].

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "reports/report_writer.h"
#include "reports/terminal_summary.h"
#include "reports/testing/sample_run.h"
#include "reports/trials_writer.h"

namespace slotquake {
namespace {

// Nothing broken, nothing found.
void MakeControl(RunRecord& record, Judgement& judgement) {
  record.faults.clear();
  Verdict promotion = *judgement.Find("promotion_timing");
  promotion.details["faults"] = nlohmann::json::array();
  ReplaceVerdict(judgement, promotion);
}

void MakeInconclusive(Judgement& judgement) {
  Verdict assumptions = *judgement.Find("assumptions");
  assumptions.validity = Validity::kInconclusive;
  assumptions.details["items"][2]["holds"] = false;
  assumptions.details["items"][2]["text"] =
      "12 acknowledged writes on the victim's slots in the last second; 50 are needed.";
  assumptions.cases[2] = {"load_too_thin", Validity::kInconclusive,
                          assumptions.details["items"][2]["text"]};
  ReplaceVerdict(judgement, assumptions);
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: write_sample FOLDER [pass|fail|inconclusive|control|judged|"
                 "kubernetes] [OPERATIONS]\n";
    return 1;
  }
  const std::filesystem::path folder = argv[1];
  const std::string kind = argc > 2 ? argv[2] : "pass";
  const std::int64_t operations = argc > 3 ? std::atoll(argv[3]) : 300000;
  RunRecord record =
      kind == "kubernetes" ? SampleKubernetesRun(operations) : SampleRun(operations);
  Judgement judgement = kind == "fail" ? FailedJudgement() : SampleJudgement();
  if (kind == "judged" || kind == "kubernetes") judgement = Judge(record);
  if (kind == "control") MakeControl(record, judgement);
  if (kind == "inconclusive") MakeInconclusive(judgement);
  std::filesystem::create_directories(folder);
  const Nanos begin = MonotonicNow();
  Status status = WriteReports(record, judgement, folder);
  std::cerr << "written in " << ToMillis(MonotonicNow() - begin) << " ms\n";
  if (status.ok()) {
    TrialsSummary trials;
    trials.scenario = record.scenario;
    for (int i = 1; i <= 5; ++i) {
      record.trial = i;
      trials.trials.push_back(SummarizeTrial(
          record, i == 3 ? FailedJudgement() : judgement, std::to_string(i)));
    }
    status = WriteTrials(trials, folder);
  }
  if (!status.ok()) {
    std::cerr << status.message() << "\n";
    return 1;
  }
  std::cout << TerminalSummary(record, judgement, {true, folder / "report.html"});
  return 0;
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) { return slotquake::Main(argc, argv); }
