#ifndef SLOTQUAKE_REPORTS_METRICS_WRITER_H_
#define SLOTQUAKE_REPORTS_METRICS_WRITER_H_

#include <iosfwd>

#include "harness/base/status.h"
#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// metrics.prom: one run's results as Prometheus gauges, for a textfile collector
// or a push gateway. Every series has the labels scenario and platform. What is
// not known has no series: a 0 always means 0.
//   slotquake_run_info{version,seed,trial,id}            1
//   slotquake_run_start_time_seconds, slotquake_run_duration_seconds
//   slotquake_verdict{checker}       0 pass, 1 inconclusive, 2 fail; "all": worst
//   slotquake_operations{outcome}
//   slotquake_operation_latency_seconds{quantile}        of acknowledged ones
//   slotquake_lost_writes{bound="lower"|"upper"}, {cause} in
//   slotquake_lost_writes_by_cause
//   slotquake_promotion_seconds{fault,victim}, and
//   slotquake_promotion_phase_seconds{fault,phase}       since the fault
//   slotquake_client_outage_seconds{fault,statistic="median"|"max"}
//   slotquake_slot_seconds_lost, slotquake_uncovered_seconds_max
//   slotquake_untested_slots
//   slotquake_assumption_holds{assumption}               1 or 0
// Thread-safe.
Status WriteMetrics(const RunRecord& record, const Judgement& judgement,
                    std::ostream& out);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_METRICS_WRITER_H_
