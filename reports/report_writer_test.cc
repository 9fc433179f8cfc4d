#include "reports/report_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "reports/answers.h"
#include "reports/headline.h"
#include "reports/json_writer.h"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

TEST(ReportWriterTest, WritesEveryReportWhole) {
  const fs::path folder = fs::path(std::getenv("TEST_TMPDIR")) / "run";
  fs::create_directories(folder);
  const Status status = WriteReports(SampleRun(500), SampleJudgement(), folder);
  ASSERT_TRUE(status.ok()) << status.message();
  for (const char* file :
       {"verdicts.json", "report.html", "junit.xml", "metrics.prom"}) {
    EXPECT_GT(fs::file_size(folder / file), 500U) << file;
    EXPECT_FALSE(fs::exists(folder / (std::string(file) + ".part")));
  }
  std::ifstream verdicts(folder / "verdicts.json");
  EXPECT_TRUE(ReadVerdicts(verdicts).ok());
}

// The checkers and the reports agree on the names of the details.
TEST(ReportWriterTest, TheCheckersOwnVerdictsAreUnderstood) {
  const RunRecord record = SampleRun(60000);
  const Judgement judgement = Judge(record);
  for (const Answer& answer : ThreeAnswers(record, judgement)) {
    EXPECT_NE(answer.figure, "not known") << answer.title;
  }
  EXPECT_GE(AssumptionsOf(judgement).size(), 5U);
  const std::string headline = PlainText(Headline(record, judgement));
  EXPECT_NE(headline.find("redis-3 took over after 3.5"), std::string::npos)
      << headline;
  EXPECT_EQ(headline.find("could not be judged"), std::string::npos) << headline;
}

TEST(ReportWriterTest, TheErrorNamesEachFile) {
  const Status status =
      WriteReports(SampleRun(60), SampleJudgement(), "/nonexistent/x");
  ASSERT_FALSE(status.ok());
  for (const ReportWriter& writer : AllReportWriters()) {
    EXPECT_NE(status.message().find(writer.file), std::string::npos)
        << status.message();
  }
}

TEST(ReportWriterTest, OneThatCanNotBeWrittenDoesNotCostTheOthers) {
  const fs::path folder = fs::path(std::getenv("TEST_TMPDIR")) / "blocked";
  // A folder of that name is in the way.
  fs::create_directories(folder / "report.html" / "x");
  const Status status = WriteReports(SampleRun(60), SampleJudgement(), folder);
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(fs::is_regular_file(folder / "junit.xml"));
  EXPECT_TRUE(fs::is_regular_file(folder / "metrics.prom"));
}

}  // namespace
}  // namespace slotquake
