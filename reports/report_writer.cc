#include "reports/report_writer.h"

#include <exception>
#include <fstream>
#include <string>
#include <system_error>

#include "reports/html_writer.h"
#include "reports/json_writer.h"
#include "reports/junit_writer.h"
#include "reports/metrics_writer.h"

namespace slotquake {
namespace {

Status WriteOne(const ReportWriter& writer, const RunRecord& record,
                const Judgement& judgement, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / writer.file;
  const std::filesystem::path unfinished = file.string() + ".part";
  try {
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    if (!out) return Status::Error("cannot create " + unfinished.string());
    if (Status status = writer.write(record, judgement, out); !status.ok()) {
      return status.Annotate(file.string());
    }
    out.close();
    if (!out) return Status::Error("cannot write " + unfinished.string());
    std::filesystem::rename(unfinished, file);
  } catch (const std::exception& e) {
    // A record of an older version must not cost the other reports.
    return Status::Error(file.string() + ": " + e.what());
  }
  return Status::Ok();
}

}  // namespace

const std::vector<ReportWriter>& AllReportWriters() {
  static const std::vector<ReportWriter> kWriters = {
      {"verdicts.json", "the verdicts, for programs", WriteVerdicts},
      {"report.html", "the failover report, for people", WriteHtml},
      {"junit.xml", "one test case per expectation, for CI", WriteJunit},
      {"metrics.prom", "the results as Prometheus gauges", WriteMetrics},
  };
  return kWriters;
}

Status WriteReports(const RunRecord& record, const Judgement& judgement,
                    const std::filesystem::path& folder) {
  std::string errors;
  for (const ReportWriter& writer : AllReportWriters()) {
    const Status status = WriteOne(writer, record, judgement, folder);
    if (!status.ok()) errors += (errors.empty() ? "" : "; ") + status.message();
  }
  return errors.empty() ? Status::Ok() : Status::Error(errors);
}

}  // namespace slotquake
