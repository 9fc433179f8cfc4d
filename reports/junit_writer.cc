#include "reports/junit_writer.h"

#include <Poco/Exception.h>
#include <Poco/SAX/AttributesImpl.h>
#include <Poco/XML/XMLWriter.h>

#include <cstdio>
#include <ostream>

#include "reports/escape.h"

namespace slotquake {
namespace {

using Poco::XML::AttributesImpl;
using Poco::XML::XMLWriter;

struct Tally {
  int tests = 0;
  int failures = 0;
  int errors = 0;
};

std::vector<Case> CasesOf(const Verdict& verdict) {
  std::vector<Case> cases = verdict.cases;
  Validity worst = Validity::kPass;
  for (const Case& one : cases) worst = Merge(worst, one.validity);
  // A verdict that is worse than its cases (none at all, say) is not lost.
  if (cases.empty() || worst < verdict.validity) {
    cases.push_back({verdict.checker, verdict.validity, verdict.summary});
  }
  return cases;
}

Tally TallyOf(const Judgement& judgement) {
  Tally tally;
  for (const Verdict& verdict : judgement.verdicts) {
    for (const Case& one : CasesOf(verdict)) {
      ++tally.tests;
      if (one.validity == Validity::kFail) ++tally.failures;
      if (one.validity == Validity::kInconclusive) ++tally.errors;
    }
  }
  return tally;
}

void Add(AttributesImpl& attributes, const char* name, const std::string& value) {
  attributes.addAttribute("", "", name, "CDATA", Printable(value));
}

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

void WriteCase(const std::string& classname, const Case& one, XMLWriter& writer) {
  AttributesImpl attributes;
  Add(attributes, "classname", classname);
  Add(attributes, "name", one.name);
  Add(attributes, "time", "0");
  writer.startElement("", "", "testcase", attributes);
  if (one.validity == Validity::kPass) {
    writer.startElement("", "", "system-out");
    writer.characters(Printable(one.text));
    writer.endElement("", "", "system-out");
  } else {
    const bool failed = one.validity == Validity::kFail;
    const char* element = failed ? "failure" : "error";
    AttributesImpl why;
    Add(why, "type", Name(one.validity));
    Add(why, "message", one.text);
    writer.startElement("", "", element, why);
    writer.characters(Printable(one.text));
    writer.endElement("", "", element);
  }
  writer.endElement("", "", "testcase");
}

void WriteSuite(const JunitSuite& suite, XMLWriter& writer) {
  const Tally tally = TallyOf(*suite.judgement);
  AttributesImpl attributes;
  Add(attributes, "name", "slotquake." + suite.name);
  Add(attributes, "tests", std::to_string(tally.tests));
  Add(attributes, "failures", std::to_string(tally.failures));
  Add(attributes, "errors", std::to_string(tally.errors));
  Add(attributes, "skipped", "0");
  Add(attributes, "time", Seconds(suite.seconds));
  if (!suite.timestamp.empty()) Add(attributes, "timestamp", suite.timestamp);
  writer.startElement("", "", "testsuite", attributes);
  for (const Verdict& verdict : suite.judgement->verdicts) {
    const std::string classname = "slotquake." + suite.scenario + "." + verdict.checker;
    for (const Case& one : CasesOf(verdict)) WriteCase(classname, one, writer);
  }
  writer.endElement("", "", "testsuite");
}

}  // namespace

Status WriteJunitSuites(const std::vector<JunitSuite>& suites, std::ostream& out) {
  try {
    XMLWriter writer(out, XMLWriter::CANONICAL_XML | XMLWriter::PRETTY_PRINT |
                              XMLWriter::WRITE_XML_DECLARATION);
    writer.setNewLine("\n");
    writer.startDocument();
    writer.startElement("", "", "testsuites");
    for (const JunitSuite& suite : suites) WriteSuite(suite, writer);
    writer.endElement("", "", "testsuites");
    writer.endDocument();
  } catch (const Poco::Exception& e) {
    return Status::Error("cannot write JUnit XML: " + e.displayText());
  }
  out << "\n";
  return out ? Status::Ok() : Status::Error("cannot write JUnit XML");
}

Status WriteJunit(const RunRecord& record, const Judgement& judgement,
                  std::ostream& out) {
  JunitSuite suite;
  suite.name = record.scenario;
  suite.scenario = record.scenario;
  if (record.base_wall.count() != 0) suite.timestamp = FormatUtc(record.base_wall);
  suite.seconds = ToSeconds(record.duration);
  suite.judgement = &judgement;
  return WriteJunitSuites({suite}, out);
}

}  // namespace slotquake
