// Real explorations, short ones: runs that pass; and a space in which every run must
// lose writes, which is found, made simpler, and fails again by its file.
#include <csignal>

#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"
#include "nlohmann/json.hpp"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::minutes;

constexpr int kPass = 0;
constexpr int kFail = 1;
constexpr int kInconclusive = 2;

std::vector<std::string> Exploring(const fs::path& out,
                                   const std::vector<std::string>& more) {
  std::vector<std::string> words = {"explore", "--out=" + out.string(),
                                    "--server=" + RealServer()};
  words.insert(words.end(), more.begin(), more.end());
  return Slotquake(words);
}

// The findings' files below the folder of the only exploration.
std::vector<fs::path> Files(const fs::path& out) {
  std::vector<fs::path> files;
  if (!fs::exists(out / "explore")) return files;
  for (const auto& run : fs::directory_iterator(out / "explore")) {
    for (const auto& entry : fs::directory_iterator(run)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
  }
  return files;
}

TEST(ExploreTest, RunsThatPass) {
  const fs::path out = NewPath("out");
  // Who stands still is replaced, and loses next to nothing. What a busy machine
  // disturbs proves nothing: it is repeated, not passed.
  StartedProgram program(
      Exploring(out, {"--seed=3", "--runs=2", "--faults=pause", "--max-faults=1",
                      "--attempts=5", "--budget=8m"}));
  EXPECT_EQ(program.Wait(minutes(10)), kPass) << program.Out() << program.Err();
  EXPECT_NE(program.Out().find("2 of 2 runs: 2 pass, 0 fail, 0 inconclusive"),
            std::string::npos)
      << program.Out();
  EXPECT_NE(program.Err().find("explore, seed 3: 2 runs within 8m"), std::string::npos);
  EXPECT_TRUE(Files(out).empty());
  EXPECT_TRUE(AllDescendantsEnd()) << "a process is left";
}

TEST(ExploreTest, APlantedCauseIsFoundAndItsFileFailsAgain) {
  const fs::path out = NewPath("out");
  StartedProgram program(
      Exploring(out, {"--seed=33", "--runs=1", "--faults=restart_empty",
                      "--max-faults=2", "--node-timeout-ms=1000", "--shrink-tries=5",
                      "--budget=8m", R"(--expect={"lost_writes": {"max_count": 0}})"}));
  EXPECT_EQ(program.Wait(minutes(10)), kFail) << program.Out() << program.Err();
  const auto files = Files(out);
  ASSERT_EQ(files.size(), 1u) << program.Out() << program.Err();
  EXPECT_EQ(files[0].filename(), "explored_33_1.json");
  const auto found = nlohmann::json::parse(ReadWhole(files[0]));
  EXPECT_NE(program.Err().find("; restart_empty of "), std::string::npos)
      << "two were composed: " << program.Err();
  ASSERT_EQ(found["timeline"].size(), 1u) << found.dump(2) << program.Err();
  EXPECT_EQ(found["timeline"][0]["fault"], "restart_empty");
  const std::string teaches = found["teaches"];
  EXPECT_NE(teaches.find("further run"), std::string::npos) << teaches;
  EXPECT_NE(program.Out().find("seen again"), std::string::npos) << program.Out();
  EXPECT_TRUE(
      fs::exists(files[0].parent_path() / "explored_33_1" / "first" / "report.html"));

  StartedProgram again(SlotquakeRun(files[0], NewPath("again")));
  EXPECT_EQ(again.Wait(minutes(2)), kFail) << again.Out() << again.Err();
}

TEST(ExploreTest, CtrlCEndsItWithWhatWasFound) {
  const fs::path out = NewPath("out");
  StartedProgram program(Exploring(out, {"--seed=1", "--faults=pause", "--runs=50"}));
  ASSERT_TRUE(program.AwaitSaid("run 1 of 50: pause")) << program.Err();
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(minutes(1)), kInconclusive) << program.Out() << program.Err();
  EXPECT_NE(program.Out().find("0 of 50 runs"), std::string::npos) << program.Out();
  EXPECT_NE(program.Out().find("interrupted"), std::string::npos) << program.Out();
  EXPECT_TRUE(AllDescendantsEnd()) << "a process is left";
}

TEST(ExploreTest, WhatThisPlatformCanNotDoIsRefusedByName) {
  StartedProgram program(Exploring(NewPath("out"), {"--faults=kill,pod_delete"}));
  EXPECT_EQ(program.Wait(minutes(1)), 254);
  EXPECT_NE(program.Err().find("pod_delete"), std::string::npos) << program.Err();
}

}  // namespace
}  // namespace slotquake
