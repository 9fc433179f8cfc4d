#ifndef SLOTQUAKE_HARNESS_CLI_TRIAL_H_
#define SLOTQUAKE_HARNESS_CLI_TRIAL_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "Poco/Net/ServerSocket.h"
#include "harness/cli/judge_folder.h"
#include "harness/runner/runner.h"

namespace slotquake {

// One trial of a scenario, from nothing to its verdict; `run` and `explore` make them.
struct TrialPlan {
  const Scenario& scenario;
  TrialOptions options;          // `keep` apart, which whoever runs it sets
  std::filesystem::path folder;  // what it leaves
  std::string program;           // this program's own file
  const Poco::Net::ServerSocket& metrics;
  bool keep = false;  // leave the cluster up
  // Where the steps are told; "": on stderr.
  std::filesystem::path story{};
};

// Everything of one trial up to the saved record, on this platform. `kept` takes over
// the cluster if it is to stay.
Status RunAndSave(const TrialPlan& plan, Platform& platform, Progress& progress,
                  const StopRequested& stop, std::unique_ptr<Cluster>& kept);

// The same on this machine, in a world of its own (EnterWorld); the exit code,
// kExitPass where there is a record.
int RunLocally(const TrialPlan& plan);

// Makes the trial's folder, has `run` leave a record there, and judges that. The error
// has no text where `run` failed and has said so itself. Throws nothing that `run` and
// the judges throw: it is the error.
Result<JudgedRun> RunAndJudge(const std::filesystem::path& folder,
                              const std::function<int()>& run);

// Says on stderr that the cluster stays, and how to get into it.
void SayHowToEnter(const Platform& platform);

// Says it on stderr, and returns the code.
int FailWith(int code, const std::string& message);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_TRIAL_H_
