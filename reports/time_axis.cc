#include "reports/time_axis.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "reports/details.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

struct Span {
  Nanos first;
  Nanos last;
  void Include(Nanos at) {
    first = std::min(first, at);
    last = std::max(last, at);
  }
};

std::optional<Span> SpanOfLoad(const RunRecord& record) {
  std::optional<Span> span;
  const auto include = [&](Nanos at) {
    if (!span) span = Span{at, at};
    span->Include(at);
  };
  for (const LoadRecord& load : record.loads) {
    include(load.begin);
    include(std::max(load.begin, load.end));
  }
  for (const Operation& op : record.history.operations()) {
    include(op.invoked);
    include(op.completed);
  }
  return span;
}

// What a reader wants to see first: from the fault to the last thing that came
// of it.
void IncludeConsequences(const RunRecord& record, const Judgement& judgement,
                         const TimeAxis& axis, Span& span) {
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) continue;
    span.Include(fault.asked);
    span.Include(fault.done);
    if (fault.recovered) span.Include(fault.recover_done);
  }
  for (const Json& fault : ListAt(DetailsOf(judgement, "promotion_timing"), "faults")) {
    const std::optional<double> zero = NumberAt(fault, "zero_ms");
    for (const Json& phase : ListAt(fault, "phases")) {
      const std::optional<double> relative = NumberAt(phase, "relative_ms");
      if (zero && relative) span.Include(FromMillis(*zero + *relative));
    }
  }
  for (const Json& shard : ListAt(DetailsOf(judgement, "slot_coverage"), "shards")) {
    for (const Json& gap : ListAt(shard, "uncovered")) {
      if (const auto to = NumberAt(gap, "to_ms")) span.Include(FromMillis(*to));
    }
  }
  // A window of losses may reach back to the run's begin; the fault stays in view.
  const Nanos earliest = span.first - 2 * (span.last - span.first) - FromMillis(2000);
  for (const Json& window : ListAt(DetailsOf(judgement, "lost_writes"), "windows")) {
    for (const char* end : {"first_relative_ms", "last_relative_ms"}) {
      const auto relative = NumberAt(window, end);
      if (!relative) continue;
      const double at_ms = RelativeOriginMs(record, axis, window) + *relative;
      span.Include(std::max(earliest, axis.zero + FromMillis(at_ms)));
    }
  }
}

}  // namespace

const FaultRecord* FirstInjectedFault(const RunRecord& record) {
  const FaultRecord* first = nullptr;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) continue;
    if (first == nullptr || fault.done < first->done) first = &fault;
  }
  return first;
}

double RelativeOriginMs(const RunRecord& record, const TimeAxis& axis,
                        const nlohmann::json& entry) {
  const auto index = CountAt(entry, "fault");
  if (!index || *index < 0 ||
      *index >= static_cast<std::int64_t>(record.faults.size())) {
    return axis.RelativeMs(0.0);
  }
  return axis.RelativeMs(record.faults[static_cast<std::size_t>(*index)].done);
}

TimeAxis MakeTimeAxis(const RunRecord& record, const Judgement& judgement) {
  TimeAxis axis;
  const Span whole = SpanOfLoad(record).value_or(Span{Nanos(0), record.duration});
  axis.first = whole.first;
  axis.last = std::max(whole.last, whole.first + FromMillis(1));
  axis.focus_first = axis.first;
  axis.focus_last = axis.last;
  const FaultRecord* fault = FirstInjectedFault(record);
  if (fault == nullptr) {
    axis.zero = whole.first;
    axis.zero_text = "the moment the load began; nothing was broken";
    return axis;
  }
  axis.zero = fault->done;
  axis.zero_text = "the moment the first fault was done";
  axis.first = std::min(axis.first, fault->asked);
  axis.last = std::max(axis.last, fault->done);
  Span focus{fault->asked, fault->done};
  IncludeConsequences(record, judgement, axis, focus);
  const Nanos length = focus.last - focus.first;
  const Nanos margin = std::max(FromMillis(1000), length / 5);
  axis.focus_first = std::max(axis.first, focus.first - margin);
  axis.focus_last = std::min(axis.last, focus.last + margin);
  return axis;
}

}  // namespace slotquake
