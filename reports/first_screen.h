#ifndef SLOTQUAKE_REPORTS_FIRST_SCREEN_H_
#define SLOTQUAKE_REPORTS_FIRST_SCREEN_H_

#include <string>

#include "harness/check/checker.h"
#include "harness/history/record.h"
#include "nlohmann/json.hpp"
#include "reports/time_axis.h"

namespace slotquake {

// The first screen of report.html, as HTML. All are pure and thread-safe.

// The verdict, the headline, what was not met, the three answers.
std::string VerdictHtml(const RunRecord& record, const Judgement& judgement);

// The frames of the pictures, each with its caption and its alternative in words;
// `data` is PageData of the same run.
std::string PicturesHtml(const RunRecord& record, const Judgement& judgement,
                         const TimeAxis& axis, const nlohmann::json& data);

// "How do you know?"
std::string KnowledgeHtml(const Judgement& judgement);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_FIRST_SCREEN_H_
