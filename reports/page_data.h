#ifndef SLOTQUAKE_REPORTS_PAGE_DATA_H_
#define SLOTQUAKE_REPORTS_PAGE_DATA_H_

#include "harness/check/checker.h"
#include "harness/history/record.h"
#include "nlohmann/json.hpp"
#include "reports/time_axis.h"

namespace slotquake {

// What the pictures of report.html are drawn from (templates/report.js). Every
// instant is in seconds after the axis' zero; what is not known is null or left
// out. Pure and thread-safe.
//   axis    {first, last, focus_first, focus_last}
//   faults  [{label, asked, done, recovered or null}]
//   phases  [{name, at}]                      of the run
//   load    {x, acked, rejected, unknown}     operations per second
//   latency {p50, p99, max}                   milliseconds, on load's x
//   losses  [{from, to, lost}]
//   waterfall [{label, value, source, from, to, uncertainty, least, most,
//               judgement}]
//   lanes   [{label, parts: [{from, to, kind, text}]}]   who served which slots
//   platform [{label, parts, ticks: [{at, text}]}]      pods and machines
//   declared [{label, parts}]                 what each node declared
nlohmann::json PageData(const RunRecord& record, const Judgement& judgement,
                        const TimeAxis& axis);

// The name of a promotion's phase for people: "first_pfail" is "first suspicion".
std::string PhaseLabel(const std::string& name);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_PAGE_DATA_H_
