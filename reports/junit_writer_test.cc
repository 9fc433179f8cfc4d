#include "reports/junit_writer.h"

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/DOM/Element.h>
#include <Poco/DOM/NodeList.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reports/testing/golden.h"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

std::string Junit(const Judgement& judgement) {
  std::ostringstream out;
  const Status status = WriteJunit(SampleRun(100), judgement, out);
  EXPECT_TRUE(status.ok()) << status.message();
  return out.str();
}

// How many elements of this name there are; parsing throws on invalid XML.
unsigned long CountOf(const std::string& xml, const std::string& element) {
  Poco::XML::DOMParser parser;
  const Poco::AutoPtr<Poco::XML::Document> document = parser.parseString(xml);
  const Poco::AutoPtr<Poco::XML::NodeList> list =
      document->getElementsByTagName(element);
  return list->length();
}

TEST(JunitWriterTest, FailedRun) {
  const std::string got = Junit(FailedJudgement());
  EXPECT_EQ(got, Golden("failed-junit.xml", got));
  EXPECT_EQ(CountOf(got, "failure"), 2U);
  EXPECT_EQ(CountOf(got, "error"), 0U);
}

TEST(JunitWriterTest, InconclusiveIsAnErrorAndNeverPassed) {
  Judgement judgement = SampleJudgement();
  Verdict assumptions = *judgement.Find("assumptions");
  assumptions.validity = Validity::kInconclusive;
  assumptions.cases[0].validity = Validity::kInconclusive;
  ReplaceVerdict(judgement, assumptions);
  const std::string xml = Junit(judgement);
  EXPECT_EQ(CountOf(xml, "error"), 1U);
  EXPECT_NE(xml.find("type=\"inconclusive\""), std::string::npos);
  EXPECT_NE(xml.find("errors=\"1\""), std::string::npos);
}

TEST(JunitWriterTest, AVerdictWorseThanItsCasesIsACase) {
  Judgement judgement = SampleJudgement();
  judgement.verdicts[0].validity = Validity::kFail;
  const std::string xml = Junit(judgement);
  EXPECT_EQ(CountOf(xml, "failure"), 1U);
  judgement.verdicts[0].cases.clear();
  EXPECT_EQ(CountOf(Junit(judgement), "failure"), 1U);
}

TEST(JunitWriterTest, HostileTextStaysText) {
  Judgement judgement = FailedJudgement();
  const std::string hostile("</failure><x/> ]]> & \x01 \xFF \xEF\xBF\xBE \0", 26);
  for (Verdict& verdict : judgement.verdicts) {
    verdict.checker += hostile;
    for (Case& one : verdict.cases) one.name += hostile, one.text += hostile;
  }
  const std::string xml = Junit(judgement);
  EXPECT_EQ(CountOf(xml, "x"), 0U);
  EXPECT_EQ(CountOf(xml, "failure"), 2U);
}

}  // namespace
}  // namespace slotquake
