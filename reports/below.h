#ifndef SLOTQUAKE_REPORTS_BELOW_H_
#define SLOTQUAKE_REPORTS_BELOW_H_

#include <string>

#include "harness/check/checker.h"
#include "harness/history/record.h"
#include "nlohmann/json.hpp"
#include "reports/time_axis.h"

namespace slotquake {

// What stands below the first screen of report.html, as HTML. All are pure and
// thread-safe.

// "What the nodes said", open, and the command to run it again.
std::string StoryHtml(const RunRecord& record, const Judgement& judgement,
                      const TimeAxis& axis);

// Folded: the first lost writes, with cause and evidence.
std::string LostWritesHtml(const RunRecord& record, const Judgement& judgement,
                           const TimeAxis& axis);

// Folded: each promotion's phases against theory.
std::string PromotionsHtml(const Judgement& judgement);

// Folded: whether each victim's return was a restart or a failover, and what shows it.
// "" of a run that was not judged for it.
std::string ReturnsHtml(const Judgement& judgement, const TimeAxis& axis);

// Folded: when which slots were not served, what each node declared of them.
std::string CoverageHtml(const Judgement& judgement, const TimeAxis& axis);

// Folded: who was master of what before the fault and at the end.
std::string TopologyHtml(const RunRecord& record, const Judgement& judgement,
                         const TimeAxis& axis);

// Folded: each node's log around the fault.
std::string LogsHtml(const RunRecord& record, const TimeAxis& axis);

// Folded: every case of every checker.
std::string ChecksHtml(const Judgement& judgement);

// Folded: versions, seed, configuration, environment, faults, the scenario.
std::string HowItWasMadeHtml(const RunRecord& record, const TimeAxis& axis);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_BELOW_H_
