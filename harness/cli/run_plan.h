#ifndef SLOTQUAKE_HARNESS_CLI_RUN_PLAN_H_
#define SLOTQUAKE_HARNESS_CLI_RUN_PLAN_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cli/command_line.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// The options of --platform=kubernetes.
struct KubernetesPlan {
  std::string context;       // "": a kind cluster of the run's own
  std::string kubeconfig;    // "": kubectl's default
  std::string name_space;    // that is there already; "": each trial makes its own
  std::string overlay;       // "": the scenario's
  std::string images;        // "auto", "registry" or "airgap"
  std::string image;         // of this program; "": built and loaded
  std::string server_image;  // "": the overlay's
  std::filesystem::path deploy;
};

// Everything about a run that is decided before the first process starts.
struct RunPlan {
  Scenario scenario;
  std::string repeat;          // the command to run it again, without its numbers
  std::string repeat_options;  // options that were given and belong to it
  std::uint64_t seed = 0;      // of the first trial; each further one has the next
  int trials = 1;
  int attempts = 1;
  bool keep = false;
  int metrics_port = 0;  // 0: any free one
  Nanos ready_limit = std::chrono::seconds(60);
  std::filesystem::path out;
  std::filesystem::path turns;     // runs that share the machine; "": it is alone
  std::string platform = "local";  // or "kubernetes"
  KubernetesPlan kubernetes;
  std::string program;  // this program's own file

  std::uint64_t SeedOf(int trial) const {
    return seed + static_cast<std::uint64_t>(trial - 1);
  }
  // The command that does the same again: one trial, or all of them.
  std::string CommandForTrial(int trial) const;
  std::string CommandForAll() const;
};

// The options of `slotquake run`.
void AddRunOptions(Poco::Util::OptionSet& options);

// Reads the scenario and the options. The error has every mistake in both, a
// line each.
Result<RunPlan> MakeRunPlan(const Arguments& arguments);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_RUN_PLAN_H_
