#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include "harness/base/stop_signals.h"
#include "harness/cli/commands.h"
#include "harness/cli/explore_plan.h"
#include "harness/cli/trial.h"
#include "harness/explore/explorer.h"
#include "harness/platform/local/local_platform.h"
#include "harness/runner/run_folder.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// So many runs in a row that left no record: something is wrong here.
constexpr int kMostBroken = 3;

// An exploration that is under way.
struct Active {
  ExplorePlan plan;
  const Poco::Net::ServerSocket& metrics;
  std::string id{};
  fs::path folder{};
  Nanos start{0};
  int broken = 0;  // runs without a record, since the last one with one

  bool InTime() const { return MonotonicNow() - start < plan.budget; }
  bool MayGoOn() const { return !AskedToStop() && InTime() && broken < kMostBroken; }
};

void Say(const Active& active, const std::string& text) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(MonotonicNow() - active.start);
  std::fprintf(stderr, "%3d:%02d  %s\n", static_cast<int>(seconds.count() / 60),
               static_cast<int>(seconds.count() % 60), text.c_str());
}

// Inside a world: a line in `answer` for each fault, with why the platform can not do
// it, or nothing.
int AskWhatIsSupported(World& world, const ExplorePlan& plan, const fs::path& folder,
                       const fs::path& answer) {
  LocalPlatform platform(world, plan.program, folder);
  ClusterSpec spec = plan.space.cluster;
  for (const FaultType* type : plan.space.faults) {
    spec.interposes_calls = spec.interposes_calls || type->interposes_calls;
  }
  auto cluster = platform.Deploy(spec, plan.seed);
  if (!cluster.ok()) return FailWith(kExitHarnessFailed, cluster.message());
  std::ofstream lines(answer);
  for (const FaultType* type : plan.space.faults) {
    std::vector<Mistake> mistakes;
    OptionReader::ReadObject(
        nlohmann::json::object(), "", &mistakes, [&](OptionReader& reader) {
          const auto fault = type->make(ReadOptions(*type, reader));
          std::string why = fault->CheckSupported(**cluster).message();
          std::replace(why.begin(), why.end(), '\n', ' ');
          lines << why << "\n";
        });
  }
  lines.flush();
  return lines ? kExitPass
               : FailWith(kExitHarnessFailed, "cannot write " + answer.string());
}

// Leaves the faults that this platform can do. The error names those that were asked
// for and can not be done.
Result<int> KeepSupported(Active& active) {
  const fs::path answer = active.folder / "supported";
  const int code = EnterWorld(
      [&](World& world) {
        return AskWhatIsSupported(world, active.plan, active.folder, answer);
      },
      StopSignals::kTell);
  if (code != kExitPass) return code;
  std::ifstream lines(answer);
  std::vector<const FaultType*> left;
  std::string refused;
  for (const FaultType* type : active.plan.space.faults) {
    std::string why;
    std::getline(lines, why);
    if (why.empty()) left.push_back(type);
    if (!why.empty()) refused += (refused.empty() ? "" : "\n") + why;
  }
  std::error_code ignored;
  fs::remove(answer, ignored);
  if (active.plan.faults_named && !refused.empty()) return Status::Error(refused);
  if (left.empty()) return Status::Error("this platform can do none of the faults");
  active.plan.space.faults = std::move(left);
  return kExitPass;
}

// Keeps what the first and the last failing run of a finding left.
void KeepOrRemove(const Active& active, const fs::path& folder, const std::string& name,
                  bool keep) {
  std::error_code ignored;
  const fs::path finding = active.folder / name;
  const fs::path kept = finding / (fs::exists(finding / "first") ? "last" : "first");
  if (keep) {
    fs::create_directories(finding, ignored);
    fs::remove_all(kept, ignored);
    fs::rename(folder, kept, ignored);
  }
  fs::remove_all(folder, ignored);
}

TryOutcome RunOnce(Active& active, const Scenario& scenario, std::uint64_t seed) {
  const fs::path folder = active.folder / "now";
  const TrialPlan plan = {.scenario = scenario,
                          .options = {.id = active.id,
                                      .seed = seed,
                                      .trial = 1,
                                      .command = "slotquake run " + scenario.name +
                                                 ".json --seed=" + std::to_string(seed),
                                      .ready_limit = active.plan.ready_limit},
                          .folder = folder,
                          .program = active.plan.program,
                          .metrics = active.metrics,
                          .story = folder / "story.txt"};
  const auto judged = RunAndJudge(folder, [&plan] { return RunLocally(plan); });
  if (!judged.ok()) {
    ++active.broken;
    KeepOrRemove(active, folder, "", false);
    TryOutcome outcome;
    outcome.interrupted = AskedToStop();
    outcome.why = judged.message().empty() ? "it left no record" : judged.message();
    return outcome;
  }
  active.broken = 0;
  TryOutcome outcome = OutcomeOf(judged->judgement);
  KeepOrRemove(active, folder, scenario.name, outcome.validity == Validity::kFail);
  return outcome;
}

fs::path FileOf(const Active& active, const std::string& name) {
  return active.folder / (name + ".json");
}

// Whole or not at all: whoever ends this ends it at any time.
void Save(const Active& active, const Scenario& scenario) {
  const fs::path file = FileOf(active, scenario.name);
  const fs::path draft = file.string() + ".draft";
  std::error_code error;
  {
    std::ofstream out(draft);
    out << ToJson(scenario).dump(2) << "\n";
    if (!out) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) fs::rename(draft, file, error);
  if (error) Say(active, "cannot write " + file.string() + ": " + error.message());
}

void PrintFinding(const Active& active, const Finding& finding) {
  const char* how = !finding.confirmed ? "not seen again"
                    : finding.minimal  ? "seen again; nothing simpler fails"
                                       : "seen again; it could be simpler still";
  std::printf("\n%s\n  %s\n  %s\n  %s (%d further runs)\n  slotquake run %s\n",
              finding.name.c_str(), finding.why.c_str(), finding.timeline.c_str(), how,
              finding.tries, FileOf(active, finding.name).c_str());
}

int Conclude(const Active& active, const Exploration& done) {
  const int runs = done.passed + done.failed + done.inconclusive;
  const char* why = AskedToStop()                  ? "; interrupted"
                    : active.broken >= kMostBroken ? "; ended: runs leave no record"
                    : !active.InTime()             ? "; the time is up"
                                                   : "";
  std::printf("\n%d of %d runs: %d pass, %d fail, %d inconclusive%s\n", runs,
              active.plan.runs, done.passed, done.failed, done.inconclusive, why);
  for (const Finding& finding : done.findings) PrintFinding(active, finding);
  std::fflush(stdout);
  std::error_code ignored;
  if (done.findings.empty()) fs::remove(active.folder, ignored);
  if (active.broken >= kMostBroken) return kExitHarnessFailed;
  return ExitCodeOf(done.validity());
}

int ExploreHere(Active& active) {
  const auto supported = KeepSupported(active);
  if (!supported.ok()) return FailWith(kExitBadInput, supported.message());
  if (*supported != kExitPass) return *supported;
  std::string names;
  for (const FaultType* type : active.plan.space.faults) {
    names += (names.empty() ? "" : ",") + std::string(type->name);
  }
  std::fprintf(stderr, "explore, seed %llu: %d runs within %s\n--faults=%s\n",
               static_cast<unsigned long long>(active.plan.seed), active.plan.runs,
               active.plan.budget_text.c_str(), names.c_str());
  const ExploreSettings settings = {
      .seed = active.plan.seed,
      .runs = active.plan.runs,
      .shrink_tries = active.plan.shrink_tries,
      .attempts = active.plan.attempts,
      .go_on = [&active] { return active.MayGoOn(); },
      .say = [&active](const std::string& text) { Say(active, text); },
      .save = [&active](const Scenario& scenario) { Save(active, scenario); }};
  const Exploration done =
      Explore(active.plan.space, settings,
              [&active](const Scenario& scenario, std::uint64_t seed) {
                return RunOnce(active, scenario, seed);
              });
  return Conclude(active, done);
}

int RunExplore(const Arguments& arguments) {
  auto plan = MakeExplorePlan(arguments);
  if (!plan.ok()) return FailWith(kExitBadInput, plan.message());
  const auto socket = ListenForMetrics(0);
  if (!socket.ok()) return FailWith(kExitHarnessFailed, socket.message());
  CountStopSignals();
  Active active = {.plan = std::move(*plan), .metrics = *socket};
  active.id = RunId(WallNow(), active.plan.seed);
  const auto folder = MakeRunFolder(active.plan.out, "explore", active.id);
  if (!folder.ok()) return FailWith(kExitHarnessFailed, folder.message());
  active.folder = *folder;
  active.start = MonotonicNow();
  const int code = ExploreHere(active);
  RemoveIfEmpty(active.folder);
  return code;
}

}  // namespace

Command ExploreCommandSpec() {
  return {
      .name = "explore",
      .operands = "",
      .help =
          "Composes scenarios by chance, runs them on this machine, and makes what "
          "fails as simple as it can.",
      .footer =
          "A run fails where the cluster does not come to rest, or loses more "
          "acknowledged writes than --lost-max-window-ms or --expect allow; what a "
          "run can not tell is no finding. Each finding is a scenario for "
          "`slotquake run`, in FOLDER/explore (see docs/explore.md). Ctrl-C ends it "
          "with what was found so far. Exit codes: 0 every run passed, 1 something "
          "was found, 2 nothing was found and some run could not tell.",
      .options = AddExploreOptions,
      .run = RunExplore};
}

}  // namespace slotquake
