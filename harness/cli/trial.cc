#include "harness/cli/trial.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "harness/cli/command_line.h"
#include "harness/platform/local/local_platform.h"
#include "harness/runner/run_folder.h"

namespace slotquake {
namespace {

[[noreturn]] void StayUp() {
  for (;;) {
    // As process 1 of its namespace it inherits orphans.
    if (wait(nullptr) < 0) pause();
  }
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// What happens inside the world.
int RunInside(World& world, const TrialPlan& plan) {
  const std::unique_ptr<std::FILE, CloseFile> story(
      plan.story.empty() ? nullptr : std::fopen(plan.story.c_str(), "we"));
  Progress progress(story == nullptr ? stderr : story.get());
  LocalPlatform platform(world, plan.program, plan.folder / "logs");
  std::unique_ptr<Cluster> kept;
  const Status saved = RunAndSave(
      plan, platform, progress, [&world] { return world.Interrupted(); }, kept);
  if (!saved.ok()) return FailWith(kExitHarnessFailed, saved.message());
  if (plan.keep) {
    SayHowToEnter(platform);
    world.Detach(kExitPass);
    StayUp();
  }
  return kExitPass;
}

}  // namespace

int FailWith(int code, const std::string& message) {
  std::fprintf(stderr, "slotquake: %s\n", message.c_str());
  return code;
}

Status RunAndSave(const TrialPlan& plan, Platform& platform, Progress& progress,
                  const StopRequested& stop, std::unique_ptr<Cluster>& kept) {
  LiveMetrics metrics(plan.metrics);
  TrialOptions options = plan.options;
  options.keep = plan.keep ? &kept : nullptr;
  const auto record =
      RunTrial(plan.scenario, options, platform, progress, metrics, stop);
  if (!record.ok()) return record.status();
  const Status written = WriteRecord(*record, plan.folder);
  if (written.ok()) progress.Say("record saved");
  return written;
}

void SayHowToEnter(const Platform& platform) {
  std::fprintf(stderr, "\nThe cluster stays up.\n%s\n\n",
               platform.HowToEnter().c_str());
}

int RunLocally(const TrialPlan& plan) {
  return EnterWorld([&](World& world) { return RunInside(world, plan); },
                    StopSignals::kTell);
}

Result<JudgedRun> RunAndJudge(const std::filesystem::path& folder,
                              const std::function<int()>& run) {
  std::error_code error;
  std::filesystem::create_directories(folder / "logs", error);
  if (error) return Status::Error("cannot make " + folder.string());
  std::string thrown;
  try {
    if (run() == kExitPass) return JudgeFolder(folder);
  } catch (const std::exception& e) {
    thrown = e.what();
  }
  RemoveIfEmpty(folder);
  return Status::Error(thrown);
}

}  // namespace slotquake
