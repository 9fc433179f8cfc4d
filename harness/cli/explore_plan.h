#ifndef SLOTQUAKE_HARNESS_CLI_EXPLORE_PLAN_H_
#define SLOTQUAKE_HARNESS_CLI_EXPLORE_PLAN_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cli/command_line.h"
#include "harness/explore/space.h"

namespace slotquake {

// Everything about an exploration that is decided before the first process starts.
struct ExplorePlan {
  // Its faults are those that are wanted; whether this platform can do them is not
  // known yet.
  Space space;
  bool faults_named = false;  // one by one: each must be possible
  std::uint64_t seed = 0;
  int runs = 20;
  int shrink_tries = 60;
  int attempts = 2;
  Nanos budget = std::chrono::minutes(30);
  std::string budget_text = "30m";
  Nanos ready_limit = std::chrono::seconds(60);
  std::filesystem::path out;
  std::string program;  // this program's own file
};

// The options of `slotquake explore`.
void AddExploreOptions(Poco::Util::OptionSet& options);

// The error has every mistake, a line each.
Result<ExplorePlan> MakeExplorePlan(const Arguments& arguments);

// "90s", "30m", "2h"; a number alone means seconds. Nothing if it is not of that form,
// or not from one second to a week.
std::optional<Nanos> ParseBudget(const std::string& text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_EXPLORE_PLAN_H_
