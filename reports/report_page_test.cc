// Opens reports in a real browser: the only way to know that the page draws.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "reports/html_writer.h"
#include "reports/testing/browser.h"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Writes the report, changed by `edit`, and opens it.
LoadedPage Open(const RunRecord& record, const Judgement& judgement, int width = 1240,
                const std::function<void(std::string&)>& edit = nullptr) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder = fs::path(std::getenv("TEST_TMPDIR")) / test->name();
  fs::create_directories(folder);
  std::ostringstream html;
  EXPECT_TRUE(WriteHtml(record, judgement, html).ok());
  std::string text = html.str();
  if (edit) edit(text);
  std::ofstream(folder / "report.html", std::ios::binary) << text;
  LoadedPage page = LoadPage(folder / "report.html", folder, width);
  EXPECT_EQ(page.error, "");
  return page;
}

// The value of an attribute of <html>; "" where there is none.
std::string RootAttribute(const LoadedPage& page, const std::string& name) {
  const std::string root =
      page.dom.substr(0, page.dom.find('>', page.dom.find("<html")));
  const std::size_t at = root.find(name + "=\"");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 2;
  return root.substr(begin, root.find('"', begin) - begin);
}

void ExpectDrawn(const LoadedPage& page, const std::string& charts) {
  EXPECT_EQ(RootAttribute(page, "data-errors"), "");
  EXPECT_EQ(page.console, "");
  EXPECT_EQ(RootAttribute(page, "data-charts"), charts);
  EXPECT_EQ(RootAttribute(page, "data-drawn"), charts);
}

TEST(ReportPageTest, DrawsThreeCharts) {
  ExpectDrawn(Open(SampleRun(20000), FailedJudgement()), "3");
}

// Pods have a picture of their own; no promotion, so no waterfall.
TEST(ReportPageTest, DrawsWhatKubernetesSaw) {
  Judgement judgement = SampleJudgement();
  Verdict promotion = *judgement.Find("promotion_timing");
  promotion.details["faults"] = nlohmann::json::array();
  ReplaceVerdict(judgement, promotion);
  ExpectDrawn(Open(SampleKubernetesRun(20000), judgement), "3");
  ExpectDrawn(Open(SampleKubernetesRun(20000), judgement, 390), "3");
}

TEST(ReportPageTest, DrawsThemOnANarrowScreen) {
  ExpectDrawn(Open(SampleRun(20000), SampleJudgement(), 500), "3");
}

// Latency, and what each node declared.
TEST(ReportPageTest, DrawsTheFoldedOnesWhereTheyAreOpen) {
  const auto unfold = [](std::string& html) {
    const std::string fold = "<details";
    for (std::size_t at = 0; (at = html.find(fold, at)) != std::string::npos;) {
      html.insert(at += fold.size(), " open");
    }
  };
  ExpectDrawn(Open(SampleRun(20000), SampleJudgement(), 1240, unfold), "5");
}

TEST(ReportPageTest, DrawsWhatThereIsOfAControlRun) {
  RunRecord record = SampleRun(20000);
  record.faults.clear();
  Judgement judgement = SampleJudgement();
  Verdict promotion = *judgement.Find("promotion_timing");
  promotion.details["faults"] = nlohmann::json::array();
  ReplaceVerdict(judgement, promotion);
  ExpectDrawn(Open(record, judgement), "2");
}

TEST(ReportPageTest, AnEmptyRunIsNoError) {
  const LoadedPage page = Open(RunRecord(), Judgement());
  EXPECT_EQ(RootAttribute(page, "data-errors"), "");
  EXPECT_EQ(page.console, "");
}

TEST(ReportPageTest, HostileStringsDoNothing) {
  const std::string evil =
      "</script><img src=x onerror=\"document.documentElement.dataset.evil=1\">";
  RunRecord record = SampleRun(2000);
  record.scenario = record.command = evil;
  record.phases[0].name = record.faults[0].description = record.faults[0].type = evil;
  record.logs["redis-0"] += evil;
  Judgement judgement = FailedJudgement();
  Verdict coverage = *judgement.Find("slot_coverage");
  coverage.details["shards"][0]["slots"] = evil;
  coverage.details["shards"][0]["served_by"][0]["node"] = evil;
  ReplaceVerdict(judgement, coverage);
  const LoadedPage page = Open(record, judgement);
  EXPECT_EQ(RootAttribute(page, "data-evil"), "");
  ExpectDrawn(page, "3");
}

// The test of the tests above: they must see a script that throws, and a canvas
// that stays blank.
TEST(ReportPageTest, AScriptThatThrowsIsSeen) {
  const LoadedPage page =
      Open(SampleRun(2000), SampleJudgement(), 1240, [](std::string& html) {
        const std::string call = "addLatency();";
        html.replace(html.rfind(call), call.size(), "noSuchFunction();");
      });
  EXPECT_NE(RootAttribute(page, "data-errors").find("noSuchFunction"),
            std::string::npos);
  EXPECT_NE(page.console.find("noSuchFunction"), std::string::npos);
  EXPECT_EQ(RootAttribute(page, "data-drawn"), "");
}

TEST(ReportPageTest, ABlankCanvasIsSeen) {
  const LoadedPage page =
      Open(SampleRun(2000), SampleJudgement(), 1240, [](std::string& html) {
        const std::string area = "fill: colour(name), width: 1";
        html.replace(html.rfind(area), area.size(), "width: 0, show: false");
      });
  EXPECT_EQ(RootAttribute(page, "data-charts"), "3");
  EXPECT_EQ(RootAttribute(page, "data-drawn"), "2");
}

TEST(ReportPageTest, TheNetworkIsForbidden) {
  const LoadedPage page =
      Open(SampleRun(200), SampleJudgement(), 1240, [](std::string& html) {
        html.insert(html.rfind("</main>"),
                    "<img src=\"http://example.invalid/x.png\">");
      });
  EXPECT_NE(page.console.find("Content Security Policy"), std::string::npos)
      << page.console;
}

}  // namespace
}  // namespace slotquake
