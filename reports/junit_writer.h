#ifndef SLOTQUAKE_REPORTS_JUNIT_WRITER_H_
#define SLOTQUAKE_REPORTS_JUNIT_WRITER_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// One <testsuite> of a JUnit file: a run.
struct JunitSuite {
  std::string name;       // "kill_master", "kill_master trial 3"
  std::string scenario;   // of the class names
  std::string timestamp;  // UTC, ISO 8601; "" leaves it out
  double seconds = 0;
  const Judgement* judgement = nullptr;
};

// One testcase for each case of each verdict, classname
// "slotquake.<scenario>.<checker>". Failed is <failure>; inconclusive is
// <error type="inconclusive">, so that no CI counts it as passed. A verdict
// without cases is one testcase of its own name. Foreign text is made valid XML.
// Thread-safe.
Status WriteJunitSuites(const std::vector<JunitSuite>& suites, std::ostream& out);

// junit.xml of one run.
Status WriteJunit(const RunRecord& record, const Judgement& judgement,
                  std::ostream& out);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_JUNIT_WRITER_H_
