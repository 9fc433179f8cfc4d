#include "reports/html_writer.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "reports/html.h"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

using nlohmann::json;

std::string Html(const RunRecord& record, const Judgement& judgement) {
  std::ostringstream out;
  const Status status = WriteHtml(record, judgement, out);
  EXPECT_TRUE(status.ok()) << status.message();
  return out.str();
}

json DataOf(const std::string& html) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = html.find(open) + open.size();
  return json::parse(html.substr(begin, html.find("</script>", begin) - begin));
}

std::size_t Occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at)
    ++count;
  return count;
}

TEST(HtmlWriterTest, SaysTheVerdictAndTheAnswers) {
  const std::string html = Html(SampleRun(2000), SampleJudgement());
  EXPECT_NE(html.find("✓ PASS"), std::string::npos);
  EXPECT_NE(html.find("No acknowledged write was lost."), std::string::npos);
  EXPECT_NE(html.find("bazel run //scenarios:kill_master"), std::string::npos);
  EXPECT_NE(html.find("How do you know?"), std::string::npos);
  EXPECT_NE(html.find("c386bb… (redis-0) as failing"), std::string::npos);
}

TEST(HtmlWriterTest, LoadsNothing) {
  const std::string html = Html(SampleRun(100), SampleJudgement());
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(html.find("src=\"http"), std::string::npos);
  EXPECT_EQ(html.find("<link"), std::string::npos);
  EXPECT_EQ(html.find("@import"), std::string::npos);
}

TEST(HtmlWriterTest, PicturesCountFromTheFault) {
  const json data = DataOf(Html(SampleRun(2000), SampleJudgement()));
  EXPECT_EQ(data["faults"][0]["done"], 0.0);
  EXPECT_EQ(data["faults"][0]["recovered"], 6.0);
  EXPECT_EQ(data["axis"]["first"], -4.0);
  EXPECT_EQ(data["waterfall"][0]["to"], 2.292);
  EXPECT_EQ(data["waterfall"][0]["least"], 2.0);
  EXPECT_EQ(data["waterfall"][1]["from"], 2.292);
  EXPECT_EQ(data["lanes"][0]["parts"][0]["text"], "redis-0");
  EXPECT_EQ(data["load"]["x"].size(), data["latency"]["p99"].size());
}

TEST(HtmlWriterTest, PicturesCountFromTheLoadWhereNothingWasBroken) {
  RunRecord record = SampleRun(2000);
  record.faults.clear();
  EXPECT_EQ(DataOf(Html(record, SampleJudgement()))["axis"]["first"], 0.0);
}

// A string that does something if it gets into the page as HTML, in every place
// that holds text of others.
TEST(HtmlWriterTest, HostileStringsStayText) {
  const std::string evil = "</script></pre><img src=x onerror=evil()>\"'{{js}}\xFF";
  RunRecord record = SampleRun(200);
  record.scenario = record.command = record.platform = evil;
  record.environment[evil] = evil;
  record.errors = {evil};
  record.rest = {false, Nanos(0), Nanos(0), Nanos(0), evil};
  record.faults[0].description = record.faults[0].victims[0].node = evil;
  record.faults[0].proofs[0].what = evil;
  record.logs[evil] = evil + "\n" + evil;
  record.nodes[0].name = record.nodes[0].version = evil;
  record.nodes[0].config[evil] = evil;
  record.phases[0].name = evil;
  record.scenario_json[evil] = evil;
  for (Observation& observation : record.observations) {
    observation.node = evil;
    if (observation.kind == "log") observation.data["text"] = evil;
  }
  Judgement judgement = FailedJudgement();
  for (Verdict& verdict : judgement.verdicts) {
    verdict.summary = evil;
    for (Case& one : verdict.cases) one.name = one.text = evil;
    json flat = verdict.details.flatten();
    for (json& leaf : flat) {
      if (leaf.is_string()) leaf = evil;
    }
    verdict.details = flat.unflatten();
  }
  const std::string clean = Html(SampleRun(200), FailedJudgement());
  const std::string html = Html(record, judgement);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(Occurrences(html, "</script>"), Occurrences(clean, "</script>"));
  EXPECT_EQ(Occurrences(html, "'use strict'"), Occurrences(clean, "'use strict'"));
  EXPECT_EQ(html.find('\xFF'), std::string::npos);
  EXPECT_GT(Occurrences(html, "&lt;img src=x onerror=evil()&gt;"), 30U);
}

// An older run, or a checker that could not tell: any member may be missing, null
// or of another type.
class MissingFieldsTest : public testing::TestWithParam<const char*> {};

TEST_P(MissingFieldsTest, TheReportSurvives) {
  const RunRecord record = SampleRun(60);
  const Judgement whole = FailedJudgement();
  const json flat = whole.Find(GetParam())->details.flatten();
  // The members, and the objects and lists that they are in.
  std::set<std::string> targets;
  for (const auto& [pointer, value] : flat.items()) {
    for (json::json_pointer at(pointer); !at.empty(); at.pop_back()) {
      targets.insert(at.to_string());
    }
  }
  for (const std::string& target : targets) {
    for (const json& other : {json(), json("text"), json::array({-7})}) {
      Judgement judgement = whole;
      Verdict verdict = *whole.Find(GetParam());
      verdict.details[json::json_pointer(target)] = other;
      ReplaceVerdict(judgement, verdict);
      ASSERT_NE(Html(record, judgement).find("</html>"), std::string::npos)
          << target << " = " << other;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Checkers, MissingFieldsTest,
                         testing::Values("lost_writes", "promotion_timing",
                                         "slot_coverage", "view_agreement",
                                         "assumptions"));

TEST(HtmlWriterTest, NothingAtAll) {
  const std::string html = Html(RunRecord(), Judgement());
  EXPECT_NE(html.find("could not be judged"), std::string::npos);
  EXPECT_NE(html.find("not known"), std::string::npos);
}

TEST(HtmlWriterTest, DetailsThatAreNoObject) {
  Judgement judgement = SampleJudgement();
  for (Verdict& verdict : judgement.verdicts) verdict.details = nullptr;
  EXPECT_NE(Html(SampleRun(60), judgement).find("not known"), std::string::npos);
}

TEST(HtmlWriterTest, ALargeRunIsASmallFile) {
  EXPECT_LT(Html(SampleRun(400000), SampleJudgement()).size(), 2U << 20);
}

TEST(FillTemplateTest, ValuesAreNotFilledAgain) {
  EXPECT_EQ(FillTemplate("<{{a}}{{b}}>", {{"a", "{{b}}"}, {"b", "x"}}), "<{{b}}x>");
}

}  // namespace
}  // namespace slotquake
