#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_METRICS_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_METRICS_H_

#include <string>

#include "harness/worker/worker.h"

namespace slotquake {

// The status in Prometheus' text format. Pure.
std::string ToPrometheusText(const WorkerStatus& status);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_WORKER_METRICS_H_
