// Ctrl-C while a run goes on: what was broken is undone, what was seen is saved
// and judged, and it proves nothing.
#include <csignal>
#include <fstream>
#include <set>

#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"
#include "harness/history/record.h"
#include "reports/json_writer.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

constexpr int kInconclusive = 2;
constexpr const char* kKillAny = R"([{"at_ms": 0, "fault": "kill",
    "victim": {"role": "master", "pick": "random"},
    "recover": {"how": "restart", "after_ms": 60000}}])";

// Runs it until stderr has this text, interrupts it, and waits for its end.
// Returns the newest run's folder.
fs::path RunAndInterruptAt(const std::string& text, const ScenarioParts& parts,
                           const std::vector<std::string>& options) {
  const fs::path out = NewPath("out");
  const fs::path scenario = WriteTinyScenario(NewPath("given"), parts);
  StartedProgram program(SlotquakeRun(scenario, out, options));
  EXPECT_TRUE(program.AwaitSaid(text)) << program.Err();
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(std::chrono::seconds(20)), kInconclusive)
      << program.Out() << program.Err();
  EXPECT_TRUE(AllDescendantsEnd()) << "a process is left";
  return fs::canonical(out / "tiny" / "latest");
}

// Whether the saved verdict says that it was interrupted, and judging it again
// says the same.
void ExpectJudgedAsInterrupted(const fs::path& folder) {
  const std::string saved = ReadWhole(folder / "verdicts.json");
  std::istringstream text(saved);
  const auto judgement = ReadVerdicts(text);
  ASSERT_TRUE(judgement.ok()) << judgement.message();
  EXPECT_EQ(judgement->validity, Validity::kInconclusive);
  bool named = false;
  for (const Verdict& verdict : judgement->verdicts) {
    for (const Case& one : verdict.cases) {
      named = named ||
              (one.name == "interrupted" && one.validity == Validity::kInconclusive);
    }
  }
  EXPECT_TRUE(named) << saved;
  StartedProgram check(Slotquake({"check", folder}));
  EXPECT_EQ(check.Wait(), kInconclusive) << check.Err();
  EXPECT_EQ(ReadWhole(folder / "verdicts.json"), saved);
}

TEST(InterruptTest, DuringTheWarmUpNothingIsBrokenAnyMore) {
  const fs::path folder = RunAndInterruptAt(
      "warming up", {.timeline = kKillAny, .warm_up_ms = "60000"}, {});
  const auto record = ReadRecord(folder);
  ASSERT_TRUE(record.ok()) << record.message();
  EXPECT_TRUE(record->interrupted);
  for (const FaultRecord& fault : record->faults) EXPECT_FALSE(fault.injected);
  EXPECT_EQ(record->logs.size(), 6u);
  ExpectJudgedAsInterrupted(folder);
}

// What the seed decides.
struct Choices {
  std::set<std::string> node_ids;
  std::string victim;
  std::set<std::string> keys;
  bool operator==(const Choices&) const = default;
};

Choices InterruptAfterTheFault(const std::string& seed) {
  Choices choices;
  const fs::path folder =
      RunAndInterruptAt(": proven", {.timeline = kKillAny}, {"--seed=" + seed});
  const auto record = ReadRecord(folder);
  EXPECT_TRUE(record.ok()) << record.message();
  if (!record.ok() || record->faults.size() != 1) return choices;
  const FaultRecord& fault = record->faults[0];
  EXPECT_TRUE(record->interrupted);
  EXPECT_TRUE(fault.injected);
  EXPECT_TRUE(fault.recovered) << "the victim was not restarted";
  ExpectJudgedAsInterrupted(folder);
  for (const NodeRecord& node : record->nodes) {
    choices.node_ids.insert(node.name + " " + node.id);
  }
  if (!fault.victims.empty()) choices.victim = fault.victims[0].node;
  for (const FinalRead& read : record->final_reads) choices.keys.insert(read.key);
  return choices;
}

TEST(InterruptTest, DuringTheFaultItIsUndoneAndTheSeedDecidesTheSame) {
  const Choices first = InterruptAfterTheFault("20261122");
  EXPECT_EQ(first.node_ids.size(), 6u);
  EXPECT_NE(first.victim, "");
  EXPECT_EQ(first.keys.size(), 13u);
  EXPECT_TRUE(InterruptAfterTheFault("20261122") == first);
}

TEST(InterruptTest, TrialsThatDidNotTakePlaceAreNoPass) {
  const fs::path folder =
      RunAndInterruptAt("load is running", {}, {"--trials=3", "--attempts=2"});
  EXPECT_TRUE(fs::exists(folder / "trial-01" / "record.json"));
  EXPECT_FALSE(fs::exists(folder / "trial-02"));
  const std::string index = ReadWhole(folder / "index.html");
  EXPECT_NE(index.find("2 of 3 trials did not take place"), std::string::npos);
  EXPECT_NE(index.find("--trials=3"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
