#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <random>

#include "harness/cli/commands.h"
#include "harness/cli/judge_folder.h"
#include "harness/cli/known_faults.h"
#include "harness/platform/local/local_platform.h"
#include "harness/runner/run_folder.h"
#include "harness/runner/runner.h"
#include "harness/scenario/parse.h"
#include "reports/trials_writer.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Everything that is decided before the first process starts.
struct Plan {
  Scenario scenario;
  std::string file;
  std::uint64_t seed = 0;
  int trials = 1;
  bool keep = false;
  std::string program;  // this program's own file
  std::string id;
  fs::path folder;      // of the run
  std::string command;  // to run it again
};

int FailWith(int code, const std::string& message) {
  std::fprintf(stderr, "slotquake: %s\n", message.c_str());
  return code;
}

void Options(Poco::Util::OptionSet& options) {
  AddOption(options, "trials", "N",
            "How often to repeat it, each time on a new cluster "
            "(default: 1).");
  AddOption(options, "seed", "S",
            "Decides every random choice of the harness (default: "
            "a new one, which is printed).");
  AddOption(options, "out", "FOLDER",
            "Where the run's folder goes: "
            "FOLDER/SCENARIO/TIME-SEED (default: out).");
  AddOption(options, "engine", "NAME", "redis or valkey, over the scenario's own.");
  AddOption(options, "server", "PATH", "The server program, over the scenario's own.");
  AddOption(options, "keep", "", "Leaves the cluster up and says how to enter it.");
  AddOption(options, "metrics-port", "PORT",
            "Serve live /metrics on this port of "
            "127.0.0.1 (default: any free one).");
  AddOption(options, "attempts", "N",
            "Run it again when it was inconclusive, up to N times in all, each in a "
            "folder of its own (default: 1).");
  AddOption(options, "platform", "NAME",
            "Where to run it; \"local\": in kernel "
            "namespaces of this machine (default).");
}

std::string CommandToRepeat(const Plan& plan, const Arguments& arguments) {
  std::string command = "bazel run //scenarios:" + plan.scenario.name +
                        " -- --seed=" + std::to_string(plan.seed);
  for (const char* name : {"engine", "server"}) {
    if (arguments.Has(name)) {
      command += " --" + std::string(name) + "=" + arguments.Get(name);
    }
  }
  return command;
}

// Takes the options over into `plan`; a line for each that is wrong.
std::string ApplyOptions(const Arguments& arguments, Plan& plan) {
  std::string mistakes;
  const auto note = [&](const std::string& text) { mistakes += text + "\n"; };
  const auto trials = NumberOption(arguments, "trials", 1, 1, 1000);
  if (!trials.ok()) note(trials.message());
  std::random_device entropy;
  const auto seed =
      NumberOption(arguments, "seed", entropy() % 1'000'000, 0, INT64_MAX);
  if (!seed.ok()) note(seed.message());
  const std::string engine = arguments.Get("engine", plan.scenario.cluster.engine);
  if (engine != "redis" && engine != "valkey") {
    note("--engine must be redis or valkey, not \"" + engine + "\"");
  }
  if (arguments.Get("platform", "local") != "local") {
    note("--platform must be local, not \"" + arguments.Get("platform") + "\"");
  }
  if (!mistakes.empty()) return mistakes;
  plan.trials = static_cast<int>(*trials);
  plan.seed = static_cast<std::uint64_t>(*seed);
  plan.keep = arguments.Has("keep");
  if (plan.keep && plan.trials > 1) return "--keep goes with one trial\n";
  plan.scenario.cluster.engine = engine;
  plan.scenario.cluster.server = arguments.Get("server", plan.scenario.cluster.server);
  return "";
}

Result<Plan> MakePlan(const Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return Status::Error("name one scenario file (slotquake run FILE)");
  }
  Plan plan;
  plan.file = arguments.operands[0];
  const ParsedScenario parsed = ReadScenario(plan.file, FaultsForScenarios());
  if (!parsed.ok()) return Status::Error(DescribeMistakes(plan.file, parsed.mistakes));
  plan.scenario = parsed.scenario;
  const std::string mistakes = ApplyOptions(arguments, plan);
  if (!mistakes.empty()) return Status::Error(mistakes);
  plan.command = CommandToRepeat(plan, arguments);
  plan.program = fs::read_symlink("/proc/self/exe").string();
  return plan;
}

fs::path TrialFolder(const Plan& plan, int trial) {
  if (plan.trials == 1) return plan.folder;
  char name[32];
  std::snprintf(name, sizeof name, "trial-%02d", trial);
  return plan.folder / name;
}

[[noreturn]] void StayUp() {
  for (;;) {
    // As process 1 of its namespace it inherits orphans.
    if (wait(nullptr) < 0) pause();
  }
}

// What happens inside the world: everything up to the saved record.
int RunInside(World& world, const Plan& plan, int trial,
              const Poco::Net::ServerSocket& metrics_socket) {
  const fs::path folder = TrialFolder(plan, trial);
  Progress progress(stderr);
  LiveMetrics metrics(metrics_socket);
  LocalPlatform platform(world, plan.program, folder / "logs");
  const TrialOptions options = {
      .id = plan.id,
      .seed = plan.seed + static_cast<std::uint64_t>(trial - 1),
      .trial = trial,
      .command = plan.command};
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
Result<JudgedRun> RunAndJudge(const Plan& plan, int trial,
                              const Poco::Net::ServerSocket& metrics_socket) {
  const fs::path folder = TrialFolder(plan, trial);
  std::error_code error;
  fs::create_directories(folder / "logs", error);
  if (error) return Status::Error("cannot make " + folder.string());
  const int code = EnterWorld(
      [&](World& world) { return RunInside(world, plan, trial, metrics_socket); });
  if (code != kExitPass) return Status::Error("");
  return JudgeFolder(folder);
}

// All trials of a run, into a folder of its own; the exit code.
int RunTrials(Plan& plan, const fs::path& out,
              const Poco::Net::ServerSocket& metrics_socket) {
  plan.id = RunId(WallNow(), plan.seed);
  const auto folder = MakeRunFolder(out, plan.scenario.name, plan.id);
  if (!folder.ok()) return FailWith(kExitHarnessFailed, folder.message());
  plan.folder = *folder;
  TrialsSummary trials = {
      .scenario = plan.scenario.name, .command = plan.command, .trials = {}};
  for (int trial = 1; trial <= plan.trials && !AskedToStop(); ++trial) {
    if (plan.trials > 1) {
      std::fprintf(stderr, "\ntrial %d of %d\n", trial, plan.trials);
    }
    const auto run = RunAndJudge(plan, trial, metrics_socket);
    if (!run.ok()) {
      if (!run.message().empty()) FailWith(kExitHarnessFailed, run.message());
      return kExitHarnessFailed;
    }
    PrintSummary(*run, TrialFolder(plan, trial));
    if (plan.trials == 1) return ExitCodeOf(run->judgement.validity);
    trials.trials.push_back(SummarizeTrial(
        run->record, run->judgement, TrialFolder(plan, trial).filename().string()));
  }
  const Status written = WriteTrials(trials, plan.folder);
  if (!written.ok()) return FailWith(kExitHarnessFailed, written.message());
  std::printf("\n%zu trials: %s\n%s\n", trials.trials.size(), Name(trials.validity()),
              (plan.folder / "index.html").c_str());
  return ExitCodeOf(trials.validity());
}

int Run(const Arguments& arguments) {
  auto plan = MakePlan(arguments);
  if (!plan.ok()) return FailWith(kExitBadInput, plan.message());
  const auto port = NumberOption(arguments, "metrics-port", 0, 0, 65535);
  const auto attempts = NumberOption(arguments, "attempts", 1, 1, 100);
  for (const auto& option : {port, attempts}) {
    if (!option.ok()) return FailWith(kExitBadInput, option.message());
  }
  const auto socket = ListenForMetrics(static_cast<int>(*port));
  if (!socket.ok()) return FailWith(kExitHarnessFailed, socket.message());
  std::fprintf(stderr, "%s, seed %llu, live metrics at http://127.0.0.1:%d/metrics\n",
               plan->scenario.name.c_str(), static_cast<unsigned long long>(plan->seed),
               static_cast<int>(socket->address().port()));
  int code = kExitInconclusive;
  for (std::int64_t attempt = 1;
       attempt <= *attempts && code == kExitInconclusive && !AskedToStop(); ++attempt) {
    if (attempt > 1) {
      std::fprintf(stderr, "\ninconclusive; attempt %d of %d\n",
                   static_cast<int>(attempt), static_cast<int>(*attempts));
    }
    code = RunTrials(*plan, arguments.Get("out", "out"), *socket);
  }
  return code;
}

}  // namespace

Command RunCommandSpec() {
  return {.name = "run",
          .operands = "FILE",
          .help = "Runs a scenario: deploys a cluster, loads it, breaks it, judges.",
          .footer = "FILE is a scenario (see docs/add_a_scenario.md).",
          .options = Options,
          .run = Run};
}

}  // namespace slotquake
