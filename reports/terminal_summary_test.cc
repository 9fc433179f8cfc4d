#include "reports/terminal_summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "reports/testing/golden.h"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

long Columns(const std::string& line) {
  return std::count_if(line.begin(), line.end(),
                       [](char c) { return (c & 0xC0) != 0x80; });
}

void ExpectFitsScreen(const std::string& text) {
  const auto lines = LinesOf(text);
  EXPECT_LE(lines.size(), 23U) << text;
  for (const std::string& line : lines) EXPECT_LE(Columns(line), 80) << line;
}

TEST(TerminalSummaryTest, FailedRun) {
  const std::string got =
      TerminalSummary(SampleRun(2000), FailedJudgement(), {false, "out/report.html"});
  EXPECT_EQ(got, Golden("failed-terminal.txt", got));
  ExpectFitsScreen(got);
}

TEST(TerminalSummaryTest, ColourOnlyIfAskedFor) {
  const RunRecord record = SampleRun(100);
  EXPECT_EQ(TerminalSummary(record, SampleJudgement()).find('\x1b'), std::string::npos);
  EXPECT_NE(TerminalSummary(record, SampleJudgement(), {true, ""}).find("\x1b[32mPASS"),
            std::string::npos);
}

TEST(TerminalSummaryTest, ManyComplaintsStillFitAndAreCounted) {
  Judgement judgement = FailedJudgement();
  for (int i = 0; i < 40; ++i) {
    judgement.verdicts[0].cases.push_back(
        {"case", Validity::kFail, std::string(300, 'x')});
  }
  const std::string text =
      TerminalSummary(SampleRun(100), judgement, {false, "out/report.html"});
  ExpectFitsScreen(text);
  EXPECT_NE(text.find(" more, in the report"), std::string::npos) << text;
  EXPECT_NE(text.find("out/report.html"), std::string::npos);
}

TEST(TerminalSummaryTest, BrokenAssumptionsAreNamed) {
  Judgement judgement = SampleJudgement();
  Verdict assumptions = *judgement.Find("assumptions");
  assumptions.validity = Validity::kInconclusive;
  assumptions.details["items"][2]["holds"] = false;
  ReplaceVerdict(judgement, assumptions);
  const std::string text = TerminalSummary(SampleRun(100), judgement);
  EXPECT_EQ(text.rfind("INCONCLUSIVE", 0), 0U) << text;
  EXPECT_NE(text.find("load_too_thin"), std::string::npos) << text;
}

TEST(TerminalSummaryTest, AnUnmetExpectationShowsBesideABrokenAssumption) {
  Judgement judgement = FailedJudgement();
  Verdict assumptions = *judgement.Find("assumptions");
  assumptions.validity = Validity::kInconclusive;
  assumptions.details["items"][2]["holds"] = false;
  ReplaceVerdict(judgement, assumptions);
  const std::string text = TerminalSummary(SampleRun(100), judgement);
  EXPECT_NE(text.find("load_too_thin"), std::string::npos) << text;
  EXPECT_NE(text.find("lost_writes.max_count"), std::string::npos) << text;
}

TEST(TerminalSummaryTest, ForeignTextCanNotWriteToTheTerminal) {
  RunRecord record = SampleRun(100);
  Judgement judgement = FailedJudgement();
  record.scenario = "a\x1b[2J\nb";
  record.faults[0].victims[0].node = "\x1b]0;evil\x07\xC2\x9B";
  judgement.verdicts[0].cases[0].text = "\x1b[1A\rPASS";
  const std::string text = TerminalSummary(record, judgement);
  EXPECT_EQ(text.find_first_of("\x1b\x07\r"), std::string::npos);
  EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos);
  ExpectFitsScreen(text);
}

TEST(TerminalSummaryTest, AnEmptyRecord) {
  Judgement judgement;
  judgement.validity = Validity::kInconclusive;
  ExpectFitsScreen(TerminalSummary(RunRecord(), judgement));
}

}  // namespace
}  // namespace slotquake
