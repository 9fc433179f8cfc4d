#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "harness/base/stop_signals.h"
#include "harness/cli/commands.h"
#include "harness/cli/run_plan.h"
#include "harness/cli/trial.h"
#include "harness/platform/kubernetes/kubernetes_platform.h"
#include "harness/runner/run_folder.h"
#include "reports/trials_writer.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// A run that is under way.
struct ActiveRun {
  const RunPlan& plan;
  const Poco::Net::ServerSocket& metrics_socket;
  std::string id{};
  fs::path folder{};
  std::unique_ptr<KubernetesSite> site{};  // nullptr: the local platform
  std::optional<Turn> turn{};              // where it shares the machine
  bool left_behind = false;                // what a trial made could not be removed
};

fs::path TrialFolder(const ActiveRun& run, int trial) {
  if (run.plan.trials == 1) return run.folder;
  char name[32];
  std::snprintf(name, sizeof name, "trial-%02d", trial);
  return run.folder / name;
}

TrialPlan PlanOf(ActiveRun& run, int trial) {
  const RunPlan& plan = run.plan;
  return {.scenario = plan.scenario,
          .options = {.id = run.id,
                      .seed = plan.SeedOf(trial),
                      .trial = trial,
                      .command = plan.CommandForTrial(trial),
                      .ready_limit = plan.ready_limit,
                      .turn = run.turn ? &*run.turn : nullptr},
          .folder = TrialFolder(run, trial),
          .program = plan.program,
          .metrics = run.metrics_socket,
          .keep = plan.keep};
}

Narrator NarratorFor(Progress& progress) {
  return {.say = [&progress](const std::string& text) { progress.Say(text); },
          .show = [&progress](const std::string& text) { progress.Show(text); }};
}

// The cluster of Kubernetes for all trials, opened by the first.
Status OpenSite(ActiveRun& run) {
  if (run.site != nullptr) return Status::Ok();
  const KubernetesPlan& plan = run.plan.kubernetes;
  Progress progress(stderr);
  auto site = KubernetesSite::Open({.context = plan.context,
                                    .kubeconfig = plan.kubeconfig,
                                    .images = plan.images,
                                    .image = plan.image,
                                    .deploy = plan.deploy,
                                    .program = run.plan.program,
                                    .folder = run.folder,
                                    .id = KubernetesId(run.id, 0)},
                                   NarratorFor(progress), AskedToStop);
  if (!site.ok()) return site.status();
  run.site = std::move(*site);
  return Status::Ok();
}

void RemoveFromCluster(ActiveRun& run, KubernetesPlatform& platform,
                       Progress& progress) {
  const Status removed = platform.TearDown();
  if (removed.ok()) {
    progress.Say("removed from the cluster");
    return;
  }
  run.left_behind = true;
  FailWith(kExitHarnessFailed,
           "not all that the run made was removed: " + removed.message() +
               "\n`slotquake heal` undoes and removes what is left");
}

// Outside of any world: what was deployed is removed on every way out. Who waits for
// the report need not wait for that.
Result<JudgedRun> RunOnKubernetes(ActiveRun& run, int trial) {
  const RunPlan& plan = run.plan;
  Progress progress(stderr);
  KubernetesPlatform platform(*run.site,
                              {.id = KubernetesId(run.id, plan.trials == 1 ? 0 : trial),
                               .overlay = plan.kubernetes.overlay,
                               .name_space = plan.kubernetes.name_space,
                               .server_image = plan.kubernetes.server_image,
                               .clients = plan.scenario.workers,
                               .folder = TrialFolder(run, trial)},
                              NarratorFor(progress), AskedToStop,
                              [] { return TimesAskedToStop() > 1; });
  std::unique_ptr<Cluster> kept;
  Status saved = Status::Error("");
  auto judged = RunAndJudge(TrialFolder(run, trial), [&] {
    saved = RunAndSave(PlanOf(run, trial), platform, progress, AskedToStop, kept);
    return saved.ok() ? kExitPass : FailWith(kExitHarnessFailed, saved.message());
  });
  if (plan.keep && saved.ok()) {
    SayHowToEnter(platform);
    return judged;
  }
  if (judged.ok()) progress.Say("report written; removing what was deployed");
  RemoveFromCluster(run, platform, progress);
  return judged;
}

// One trial and its judgement.
Result<JudgedRun> RunOneTrial(ActiveRun& run, int trial) {
  auto judged = run.site != nullptr ? RunOnKubernetes(run, trial)
                                    : RunAndJudge(TrialFolder(run, trial), [&] {
                                        return RunLocally(PlanOf(run, trial));
                                      });
  if (judged.ok()) PointLatestTo(run.folder);
  return judged;
}

int ConcludeTrials(const TrialsSummary& trials, const ActiveRun& run) {
  const Status written = WriteTrials(trials, run.folder);
  if (!written.ok()) return FailWith(kExitHarnessFailed, written.message());
  std::printf("\n%zu of %d trials: %s\n%s\n", trials.trials.size(), run.plan.trials,
              Name(trials.validity()), (run.folder / "index.html").c_str());
  return ExitCodeOf(trials.validity());
}

// All trials of a run, into a folder of its own; the exit code.
int RunTrials(ActiveRun& run) {
  const RunPlan& plan = run.plan;
  run.id = RunId(WallNow(), plan.seed);
  const auto folder = MakeRunFolder(plan.out, plan.scenario.name, run.id);
  if (!folder.ok()) return FailWith(kExitHarnessFailed, folder.message());
  run.folder = *folder;
  if (plan.platform == "kubernetes") {
    const Status open = OpenSite(run);
    if (!open.ok()) {
      RemoveIfEmpty(run.folder);
      return FailWith(kExitHarnessFailed, open.message());
    }
  }
  TrialsSummary trials = {.scenario = plan.scenario.name,
                          .command = plan.CommandForAll(),
                          .wanted = plan.trials,
                          .trials = {}};
  for (int trial = 1; trial <= plan.trials && !AskedToStop() && !run.left_behind;
       ++trial) {
    if (plan.trials > 1) {
      std::fprintf(stderr, "\ntrial %d of %d\n", trial, plan.trials);
    }
    const auto judged = RunOneTrial(run, trial);
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

// Until the outcome is worth keeping; the exit code of the last attempt.
int RunAttempts(ActiveRun& run) {
  int code = kExitInconclusive;
  for (int attempt = 1; attempt <= run.plan.attempts && code == kExitInconclusive &&
                        !AskedToStop() && !run.left_behind;
       ++attempt) {
    if (attempt > 1) {
      std::fprintf(stderr, "\ninconclusive; attempt %d of %d\n", attempt,
                   run.plan.attempts);
    }
    code = RunTrials(run);
  }
  return code;
}

int Run(const Arguments& arguments) {
  const auto plan = MakeRunPlan(arguments);
  if (!plan.ok()) return FailWith(kExitBadInput, plan.message());
  const auto socket = ListenForMetrics(plan->metrics_port);
  if (!socket.ok()) return FailWith(kExitHarnessFailed, socket.message());
  std::fprintf(stderr, "%s, seed %llu, live metrics at http://127.0.0.1:%d/metrics\n",
               plan->scenario.name.c_str(), static_cast<unsigned long long>(plan->seed),
               static_cast<int>(socket->address().port()));
  if (plan->platform == "kubernetes") CountStopSignals();
  ActiveRun run = {.plan = *plan, .metrics_socket = *socket};
  if (!plan->turns.empty()) {
    auto turn = Turn::Of(plan->turns);
    if (!turn.ok()) return FailWith(kExitBadInput, turn.message());
    run.turn.emplace(std::move(*turn));
  }
  const int code = RunAttempts(run);
  const bool keep = plan->keep && code != kExitHarnessFailed;
  const Status closed = run.site == nullptr || keep ? Status::Ok() : run.site->Close();
  if (!closed.ok()) FailWith(kExitHarnessFailed, closed.message());
  // With a cluster of the run's own everything is gone.
  if (closed.ok() && plan->kubernetes.context.empty()) run.left_behind = false;
  const bool left = run.left_behind || !closed.ok();
  // Any other code says more than that something was left behind.
  return left && code == kExitPass ? kExitHarnessFailed : code;
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
