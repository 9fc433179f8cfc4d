#ifndef SLOTQUAKE_REPORTS_TIME_AXIS_H_
#define SLOTQUAKE_REPORTS_TIME_AXIS_H_

#include <string>

#include "harness/base/clock.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// The one time axis of a report. Instants are on the record's axis; `zero` is
// what the report counts from: the first injected fault's `done`, or the load's
// begin where nothing was broken. A value type.
struct TimeAxis {
  Nanos zero{0};
  std::string zero_text;  // "the moment the fault was done: ..."
  // All that was recorded, and the part that the pictures show at first.
  Nanos first{0};
  Nanos last{0};
  Nanos focus_first{0};
  Nanos focus_last{0};

  // Milliseconds after zero of an instant on the record's axis.
  double RelativeMs(Nanos at) const { return ToMillis(at - zero); }
  double RelativeMs(double record_ms) const { return record_ms - ToMillis(zero); }
};

// The first fault that was injected; nullptr where none was.
const FaultRecord* FirstInjectedFault(const RunRecord& record);

// What a verdict's *_relative_ms of an entry count from, in milliseconds after
// the axis' zero: the done of the fault whose index the entry has as "fault", or
// the record's base where that is null.
double RelativeOriginMs(const RunRecord& record, const TimeAxis& axis,
                        const nlohmann::json& entry);

TimeAxis MakeTimeAxis(const RunRecord& record, const Judgement& judgement);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TIME_AXIS_H_
