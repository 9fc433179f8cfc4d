#include "reports/trials_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

TrialSummary Trial(int number, const Judgement& judgement, double promotion_ms) {
  RunRecord record = SampleRun(60);
  record.trial = number;
  TrialSummary trial = SummarizeTrial(record, judgement, std::to_string(number));
  trial.promotion_ms = promotion_ms;
  return trial;
}

class TrialsWriterTest : public testing::Test {
 protected:
  // The index page.
  std::string Write(const TrialsSummary& summary) {
    const Status status = WriteTrials(summary, folder_);
    EXPECT_TRUE(status.ok()) << status.message();
    return ReadFile(folder_ / "index.html");
  }
  fs::path folder_ = std::getenv("TEST_TMPDIR");
};

TEST_F(TrialsWriterTest, TheWorstTrialDecides) {
  TrialsSummary summary{"kill_master", "again", 2, {}};
  EXPECT_EQ(summary.validity(), Validity::kInconclusive) << "no trial proves nothing";
  summary.trials = {Trial(1, SampleJudgement(), 3000),
                    Trial(2, FailedJudgement(), 4000)};
  EXPECT_EQ(summary.validity(), Validity::kFail);
  const std::string html = Write(summary);
  EXPECT_NE(html.find("2 trials: 1 passed, 0 inconclusive, 1 failed"),
            std::string::npos);
  EXPECT_NE(html.find("href=\"./2/report.html\""), std::string::npos);
}

TEST_F(TrialsWriterTest, LeastMedianGreatest) {
  TrialsSummary summary{"kill_master", "", 1, {}};
  for (const int ms : {5000, 3000, 4000}) {
    summary.trials.push_back(Trial(ms, SampleJudgement(), ms));
  }
  summary.trials.push_back(Trial(9, Judgement(), 0));
  summary.trials.back().promotion_ms.reset();
  const std::string html = Write(summary);
  EXPECT_NE(html.find("<td>Promotion</td><td class=\"n\">3.000 s</td>"
                      "<td class=\"n\">4.000 s</td><td class=\"n\">5.000 s</td>"
                      "<td class=\"n\">3 of 4</td>"),
            std::string::npos)
      << html;
}

TEST_F(TrialsWriterTest, JunitHasOneSuitePerTrial) {
  Write({"kill_master",
         "",
         2,
         {Trial(1, SampleJudgement(), 1), Trial(2, FailedJudgement(), 1)}});
  const std::string xml = ReadFile(folder_ / "junit.xml");
  EXPECT_NE(xml.find("name=\"slotquake.kill_master trial 1\""), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("name=\"slotquake.kill_master trial 2\""), std::string::npos);
}

TEST_F(TrialsWriterTest, HostileStringsStayText) {
  TrialSummary trial = Trial(1, SampleJudgement(), 1);
  trial.headline = "<img src=x>";
  trial.folder = "javascript:\"><img>";
  const std::string html = Write({"<img>", "<img>", 1, {trial}});
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_NE(html.find("href=\"./javascript%3A%22%3E%3Cimg%3E/report.html\""),
            std::string::npos);
}

TEST_F(TrialsWriterTest, FewerTrialsThanWantedProveNothing) {
  TrialsSummary summary{"kill_master", "", 3, {Trial(1, SampleJudgement(), 3000)}};
  EXPECT_EQ(summary.validity(), Validity::kInconclusive);
  summary.wanted = 1;
  EXPECT_EQ(summary.validity(), Validity::kPass);
}

TEST_F(TrialsWriterTest, AFolderThatIsNotThereIsAnError) {
  const Status status = WriteTrials({"a", "", 0, {}}, folder_ / "none");
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find("index.html"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
