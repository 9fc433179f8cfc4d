#ifndef SLOTQUAKE_REPORTS_TRIALS_WRITER_H_
#define SLOTQUAKE_REPORTS_TRIALS_WRITER_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"
#include "reports/answers.h"

namespace slotquake {

// What an index of trials needs of one of them; small, so that the record itself
// need not be kept.
struct TrialSummary {
  int trial = 0;
  std::uint64_t seed = 0;
  std::string folder;  // relative to the index's folder: "1"
  double seconds = 0;  // how long it took
  Judgement judgement;
  std::string headline;
  LossBounds lost;
  std::optional<double> promotion_ms;  // the longest of the trial
  std::optional<double> slot_seconds;
  std::optional<double> outage_ms;  // the longest that a client felt
};
TrialSummary SummarizeTrial(const RunRecord& record, const Judgement& judgement,
                            std::string folder);

struct TrialsSummary {
  std::string scenario;
  std::string command;  // to run all of them again
  int wanted = 0;       // how many there should have been; fewer: interrupted
  std::vector<TrialSummary> trials;

  // The worst of them; at best inconclusive where there are none, or fewer than
  // wanted.
  Validity validity() const;
};

// Writes into `folder`, which must exist: index.html, a table of the trials with
// least, median and greatest figures and links to their reports, and junit.xml
// with one suite for each trial. The error names the file.
Status WriteTrials(const TrialsSummary& summary, const std::filesystem::path& folder);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TRIALS_WRITER_H_
