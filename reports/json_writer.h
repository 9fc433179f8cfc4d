#ifndef SLOTQUAKE_REPORTS_JSON_WRITER_H_
#define SLOTQUAKE_REPORTS_JSON_WRITER_H_

#include <filesystem>
#include <iosfwd>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// verdicts.json: the judgement as it is. Bytes that are no UTF-8 are replaced.
// Thread-safe.
Status WriteVerdicts(const RunRecord& record, const Judgement& judgement,
                     std::ostream& out);

// Reads what WriteVerdicts wrote. An error says what is wrong with it.
Result<Judgement> ReadVerdicts(std::istream& in);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_JSON_WRITER_H_
