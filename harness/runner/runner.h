#ifndef SLOTQUAKE_HARNESS_RUNNER_RUNNER_H_
#define SLOTQUAKE_HARNESS_RUNNER_RUNNER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/cluster.h"
#include "harness/history/record.h"
#include "harness/platform/platform.h"
#include "harness/runner/live_metrics.h"
#include "harness/runner/progress.h"
#include "harness/runner/stop.h"
#include "harness/runner/turn.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What a trial is told besides its scenario.
struct TrialOptions {
  std::string id;  // of the run
  std::uint64_t seed = 0;
  int trial = 1;
  std::string command;                           // to run it again, for the report
  Nanos ready_limit = std::chrono::seconds(60);  // until the new cluster is healthy
  // Takes over the cluster of a trial that has a record; nullptr: the cluster ends
  // with the trial.
  std::unique_ptr<Cluster>* keep = nullptr;
  // Of a trial that shares the machine with others: it deploys, and loads, and reads at
  // the end, in its turn, and returns with it. nullptr: it is alone.
  Turn* turn = nullptr;
};

// Runs one trial: deploy, wait until healthy, start observers and loads, warm up,
// carry out the timeline, hold, stop the loads, wait for rest, read everything a
// last time, collect logs. Whatever was broken is recovered on every way out. A
// stop that is requested cuts the rest short and marks the record as interrupted.
// An error means that there is no record worth judging: the cluster never came up,
// or the platform can not do what the scenario asks. Trouble after the load had
// begun is in the record's `errors`.
Result<RunRecord> RunTrial(const Scenario& scenario, const TrialOptions& options,
                           Platform& platform, Progress& progress, LiveMetrics& metrics,
                           const StopRequested& stop);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_RUNNER_H_
