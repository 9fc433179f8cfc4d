#ifndef SLOTQUAKE_REPORTS_HTML_WRITER_H_
#define SLOTQUAKE_REPORTS_HTML_WRITER_H_

#include <iosfwd>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// report.html: one file that opens from disk with no network, on wide and narrow
// screens, light and dark. Its size depends on the length of the run (one point
// per 50 ms or more), not on the number of operations. Foreign text is escaped;
// a content security policy forbids the page to load anything. Thread-safe.
Status WriteHtml(const RunRecord& record, const Judgement& judgement,
                 std::ostream& out);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_HTML_WRITER_H_
