#ifndef SLOTQUAKE_HARNESS_CHECK_VIEW_AGREEMENT_H_
#define SLOTQUAKE_HARNESS_CHECK_VIEW_AGREEMENT_H_

#include "harness/check/verdict.h"
#include "harness/history/record.h"

namespace slotquake {

// Whether all nodes agree at the end, and came to rest (sections 7 and 8 of
// docs/checking.md). Nodes that nobody meant to bring back are left out. Details:
//   agree     no problem was found
//   owners    [{slots, node, epoch}]
//   nodes     [{node, role, epoch, link, offset, digest}], null: not known
//   problems  [sentence]
//   cause     why it can not heal: "no reachable peer address: ..."; "": not known
//   rest      {reached, held_ms, required_ms, missing}
Verdict CheckViewAgreement(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_VIEW_AGREEMENT_H_
