#ifndef SLOTQUAKE_REPORTS_REPORT_WRITER_H_
#define SLOTQUAKE_REPORTS_REPORT_WRITER_H_

#include <filesystem>
#include <iosfwd>
#include <string_view>
#include <vector>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// One way to show a judged run, as one file.
struct ReportWriter {
  std::string_view file;  // its name in the run's folder: "report.html"
  std::string_view help;  // one sentence
  Status (*write)(const RunRecord&, const Judgement&, std::ostream&);
};

// verdicts.json, report.html, junit.xml, metrics.prom. A plain table.
const std::vector<ReportWriter>& AllReportWriters();

// Writes every report into `folder`, which must exist; a file that is there is
// replaced, and only by a whole one. Tries them all; the error names each file
// that could not be written. Two calls must not write to one folder at once.
Status WriteReports(const RunRecord& record, const Judgement& judgement,
                    const std::filesystem::path& folder);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_REPORT_WRITER_H_
