// Several trials of one run: a folder and a seed for each, one verdict over all.
#include <algorithm>

#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// From good to bad.
constexpr const char* kNames[] = {"pass", "inconclusive", "fail"};

int RankOf(int exit_code) {
  switch (exit_code) {
    case 0:
      return 0;
    case 2:
      return 1;
    case 1:
      return 2;
    default:
      return -1;
  }
}

int Count(const std::string& text, const std::string& what) {
  int count = 0;
  for (auto at = text.find(what); at != std::string::npos;
       at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(TrialsTest, TwoTrialsGiveOneVerdict) {
  const fs::path out = NewPath("out");
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  StartedProgram program(SlotquakeRun(scenario, out, {"--trials=2", "--seed=7"}));
  const int code = program.Wait();
  EXPECT_TRUE(AllDescendantsEnd());
  const fs::path folder = fs::canonical(out / "tiny" / "latest");
  std::vector<int> ranks;
  for (int trial = 1; trial <= 2; ++trial) {
    const fs::path one = folder / ("trial-0" + std::to_string(trial));
    for (const char* file : {"record.json", "verdicts.json", "report.html"}) {
      EXPECT_TRUE(fs::exists(one / file)) << one / file;
    }
    // Its own command repeats this trial, not the first one.
    const std::string command = "--seed=" + std::to_string(6 + trial);
    EXPECT_NE(ReadWhole(one / "record.json").find(command), std::string::npos);
    StartedProgram check(Slotquake({"check", one}));
    ranks.push_back(RankOf(check.Wait()));
    ASSERT_GE(ranks.back(), 0) << check.Err();
  }
  const std::string index = ReadWhole(folder / "index.html");
  EXPECT_EQ(Count(index, "href=\"./trial-01/report.html\""), 1);
  EXPECT_EQ(Count(index, "href=\"./trial-02/report.html\""), 1);
  EXPECT_NE(index.find("--seed=7"), std::string::npos);
  EXPECT_NE(index.find("--trials=2"), std::string::npos);
  const std::string junit = ReadWhole(folder / "junit.xml");
  EXPECT_EQ(Count(junit, "<testsuite "), 2) << junit;
  // The worst of both, whatever a loaded machine made of them.
  const int worst = std::max(ranks[0], ranks[1]);
  EXPECT_EQ(RankOf(code), worst) << program.Out() << program.Err();
  const std::string last =
      "2 of 2 trials: " + std::string(kNames[worst]) + "\n" + folder.string();
  EXPECT_NE(program.Out().find(last), std::string::npos) << program.Out();
}

}  // namespace
}  // namespace slotquake
