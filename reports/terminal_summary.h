#ifndef SLOTQUAKE_REPORTS_TERMINAL_SUMMARY_H_
#define SLOTQUAKE_REPORTS_TERMINAL_SUMMARY_H_

#include <string>

#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

struct TerminalOptions {
  bool colour = false;
  std::string report;  // the path to print; "" leaves the line out
};

// What is printed at the end of a run: the verdict, the three answers in one
// line each, broken assumptions, where the report is. At most 24 lines of at most
// 80 columns, but for a path or command that is longer. Control characters in
// foreign text are replaced, so that no log can write to the terminal. Ends with
// a newline. Thread-safe.
std::string TerminalSummary(const RunRecord& record, const Judgement& judgement,
                            const TerminalOptions& options = {});

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TERMINAL_SUMMARY_H_
