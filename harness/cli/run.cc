#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "harness/cli/commands.h"
#include "harness/cli/judge_folder.h"
#include "harness/cli/run_plan.h"
#include "harness/platform/local/local_platform.h"
#include "harness/runner/run_folder.h"
#include "harness/runner/runner.h"
#include "reports/trials_writer.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

int FailWith(int code, const std::string& message) {
  std::fprintf(stderr, "slotquake: %s\n", message.c_str());
  return code;
}

// A run that is under way.
struct ActiveRun {
  const RunPlan& plan;
  const Poco::Net::ServerSocket& metrics_socket;
  std::string id{};
  fs::path folder{};
};

fs::path TrialFolder(const ActiveRun& run, int trial) {
  if (run.plan.trials == 1) return run.folder;
  char name[32];
  std::snprintf(name, sizeof name, "trial-%02d", trial);
  return run.folder / name;
}

[[noreturn]] void StayUp() {
  for (;;) {
    // As process 1 of its namespace it inherits orphans.
    if (wait(nullptr) < 0) pause();
  }
}

// What happens inside the world: everything up to the saved record.
int RunInside(World& world, const ActiveRun& run, int trial) {
  const RunPlan& plan = run.plan;
  const fs::path folder = TrialFolder(run, trial);
  Progress progress(stderr);
  LiveMetrics metrics(run.metrics_socket);
  LocalPlatform platform(world, plan.program, folder / "logs");
  std::unique_ptr<Cluster> kept;
  const TrialOptions options = {.id = run.id,
                                .seed = plan.SeedOf(trial),
                                .trial = trial,
                                .command = plan.CommandForTrial(trial),
                                .ready_limit = plan.ready_limit,
                                .keep = plan.keep ? &kept : nullptr};
  const auto record = RunTrial(plan.scenario, options, platform, progress, metrics,
                               [&world] { return world.Interrupted(); });
  if (!record.ok()) return FailWith(kExitHarnessFailed, record.message());
  const Status written = WriteRecord(*record, folder);
  if (!written.ok()) return FailWith(kExitHarnessFailed, written.message());
  progress.Say("record saved");
  if (plan.keep) {
    std::fprintf(stderr, "\nThe cluster stays up.\n%s\n\n",
                 platform.HowToEnter().c_str());
    world.Detach(kExitPass);
    StayUp();
  }
  return kExitPass;
}

// One trial: the world, then, with the world gone, the judges.
Result<JudgedRun> RunAndJudge(const ActiveRun& run, int trial) {
  const fs::path folder = TrialFolder(run, trial);
  std::error_code error;
  fs::create_directories(folder / "logs", error);
  if (error) return Status::Error("cannot make " + folder.string());
  const int code =
      EnterWorld([&](World& world) { return RunInside(world, run, trial); });
  if (code != kExitPass) {
    RemoveIfEmpty(folder);
    return Status::Error("");
  }
  PointLatestTo(run.folder);
  return JudgeFolder(folder);
}

int ConcludeTrials(const TrialsSummary& trials, const ActiveRun& run) {
  const Status written = WriteTrials(trials, run.folder);
  if (!written.ok()) return FailWith(kExitHarnessFailed, written.message());
  std::printf("\n%zu of %d trials: %s\n%s\n", trials.trials.size(), run.plan.trials,
              Name(trials.validity()), (run.folder / "index.html").c_str());
  return ExitCodeOf(trials.validity());
}

// All trials of a run, into a folder of its own; the exit code.
int RunTrials(const RunPlan& plan, const Poco::Net::ServerSocket& metrics_socket) {
  ActiveRun run = {.plan = plan, .metrics_socket = metrics_socket};
  run.id = RunId(WallNow(), plan.seed);
  const auto folder = MakeRunFolder(plan.out, plan.scenario.name, run.id);
  if (!folder.ok()) return FailWith(kExitHarnessFailed, folder.message());
  run.folder = *folder;
  TrialsSummary trials = {.scenario = plan.scenario.name,
                          .command = plan.CommandForAll(),
                          .wanted = plan.trials,
                          .trials = {}};
  for (int trial = 1; trial <= plan.trials && !AskedToStop(); ++trial) {
    if (plan.trials > 1) {
      std::fprintf(stderr, "\ntrial %d of %d\n", trial, plan.trials);
    }
    const auto judged = RunAndJudge(run, trial);
    if (!judged.ok()) {
      if (!judged.message().empty()) FailWith(kExitHarnessFailed, judged.message());
      if (!trials.trials.empty()) ConcludeTrials(trials, run);
      return kExitHarnessFailed;
    }
    PrintSummary(*judged, TrialFolder(run, trial));
    if (plan.trials == 1) return ExitCodeOf(judged->judgement.validity);
    trials.trials.push_back(
        SummarizeTrial(judged->record, judged->judgement,
                       TrialFolder(run, trial).filename().string()));
  }
  return ConcludeTrials(trials, run);
}

int Run(const Arguments& arguments) {
  const auto plan = MakeRunPlan(arguments);
  if (!plan.ok()) return FailWith(kExitBadInput, plan.message());
  const auto socket = ListenForMetrics(plan->metrics_port);
  if (!socket.ok()) return FailWith(kExitHarnessFailed, socket.message());
  std::fprintf(stderr, "%s, seed %llu, live metrics at http://127.0.0.1:%d/metrics\n",
               plan->scenario.name.c_str(), static_cast<unsigned long long>(plan->seed),
               static_cast<int>(socket->address().port()));
  int code = kExitInconclusive;
  for (int attempt = 1;
       attempt <= plan->attempts && code == kExitInconclusive && !AskedToStop();
       ++attempt) {
    if (attempt > 1) {
      std::fprintf(stderr, "\ninconclusive; attempt %d of %d\n", attempt,
                   plan->attempts);
    }
    code = RunTrials(*plan, *socket);
  }
  return code;
}

}  // namespace

Command RunCommandSpec() {
  return {.name = "run",
          .operands = "FILE",
          .help = "Runs a scenario: deploys a cluster, loads it, breaks it, judges.",
          .footer = "FILE is a scenario (see docs/add_a_scenario.md).",
          .options = AddRunOptions,
          .run = Run};
}

}  // namespace slotquake
