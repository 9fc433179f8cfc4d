#include "harness/scenario/parse.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

KnownFaults Faults() {
  KnownFaults faults;
  faults.names = {"kill", "power_cut", "restart_all"};
  faults.whole_cluster = {"restart_all"};
  faults.read = [](const TimelineEntry& entry, OptionReader& options) {
    nlohmann::json values = nlohmann::json::object();
    if (entry.fault == "kill") values["signal"] = options.Int("signal", 9, 1, 64);
    return values;
  };
  return faults;
}

std::string ReadText(const fs::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The files of testdata/ whose names begin so, in order.
std::vector<fs::path> Files(const std::string& beginning) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator("harness/scenario/testdata")) {
    const fs::path& path = entry.path();
    if (path.extension() == ".json" &&
        path.filename().string().rfind(beginning, 0) == 0) {
      files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// What invalid-x.json is told stands in invalid-x.expected.txt. After a change of
// words: NEW_EXPECTED=folder has the new files written there.
TEST(ParseScenario, TellsEveryInvalidFileExactlyWhatIsWrong) {
  const char* folder = std::getenv("NEW_EXPECTED");
  const std::vector<fs::path> files = Files("invalid-");
  EXPECT_GE(files.size(), 112u);
  for (const fs::path& file : files) {
    const ParsedScenario parsed = ParseScenario(ReadText(file), Faults());
    EXPECT_FALSE(parsed.ok()) << file;
    const fs::path expected = fs::path(file).replace_extension(".expected.txt");
    if (folder != nullptr) {
      std::ofstream(folder / expected.filename()) << ToString(parsed.mistakes);
    }
    EXPECT_EQ(ToString(parsed.mistakes), ReadText(expected)) << file;
  }
}

TEST(ParseScenario, TakesEveryValidFileAndItsResolvedForm) {
  const std::vector<fs::path> files = Files("valid-");
  EXPECT_GE(files.size(), 12u);
  for (const fs::path& file : files) {
    const ParsedScenario parsed = ParseScenario(ReadText(file), Faults());
    EXPECT_EQ(ToString(parsed.mistakes), "") << file;
    const nlohmann::json resolved = ToJson(parsed.scenario);
    const ParsedScenario again = ParseScenario(resolved.dump(), Faults());
    EXPECT_EQ(ToString(again.mistakes), "") << file;
    EXPECT_EQ(ToJson(again.scenario), resolved) << file;
  }
}

TEST(ParseScenario, GivesEveryValue) {
  const ParsedScenario parsed =
      ParseScenario(ReadText("harness/scenario/testdata/valid-full.json"), Faults());
  const Scenario& s = parsed.scenario;
  EXPECT_EQ(s.name, "valid_full");
  EXPECT_EQ(s.teaches, "Every key there is.");
  EXPECT_EQ(s.cluster.masters, 4);
  EXPECT_EQ(s.cluster.replicas_per_master, 2);
  EXPECT_EQ(s.cluster.engine, "valkey");
  EXPECT_EQ(s.cluster.server, "/opt/valkey/bin/valkey-server");
  EXPECT_EQ(s.cluster.node_timeout_ms, 2000);
  EXPECT_EQ(s.cluster.config,
            (std::map<std::string, std::string>{{"appendonly", "no"},
                                                {"min-replicas-to-write", "1"}}));
  ASSERT_EQ(s.load.size(), 2u);
  EXPECT_EQ(s.load[0].kind, "hits");
  EXPECT_EQ(s.load[0].clients, 24);
  EXPECT_EQ(s.load[0].loop, "closed");
  EXPECT_EQ(s.load[0].rate_per_second, 3000);
  EXPECT_EQ(s.load[0].timeout_ms, 500);
  EXPECT_EQ(s.load[0].keys.spread, "shards");
  EXPECT_EQ(s.load[0].keys.per_shard, 8);
  EXPECT_FALSE(s.load[0].wait);
  ASSERT_TRUE(s.load[1].wait);
  EXPECT_EQ(s.load[1].wait->replicas, 2);
  EXPECT_EQ(s.load[1].wait->timeout_ms, 150);
  EXPECT_EQ(s.load[1].loop, "open");
  EXPECT_EQ(s.load[1].rate_per_second, 100.5);
  EXPECT_EQ(s.load[1].keys.spread, "slots");
  EXPECT_EQ(s.cluster.kubernetes.overlay, "hardened");
  EXPECT_FALSE(s.cluster.kubernetes.attach);
  EXPECT_EQ(s.workers, 2);
  EXPECT_EQ(s.warm_up_ms, 3000);
  EXPECT_EQ(s.hold_ms, 1);
  EXPECT_EQ(s.rest_limit_ms, 5000);
  EXPECT_EQ(s.expect.lost_max_count, 7);
  EXPECT_EQ(s.expect.lost_max_window_ms, 0.5);
  EXPECT_EQ(s.expect.lost_min_count, 7);
  EXPECT_EQ(s.expect.promotion, "required");
  EXPECT_FALSE(s.expect.promotion_max_is_theory);
  EXPECT_EQ(s.expect.promotion_max_ms, 4000);
  EXPECT_EQ(s.expect.max_slot_seconds, 1000);
  EXPECT_EQ(s.expect.max_uncovered_ms, 6000);
  EXPECT_FALSE(s.expect.must_stay_down);
  EXPECT_EQ(s.expect.rest, "any");
  EXPECT_EQ(s.expect.min_acked_before, 0);
}

TEST(ParseScenario, PutsTheTimelineInOrderAndKeepsTies) {
  const ParsedScenario parsed =
      ParseScenario(ReadText("harness/scenario/testdata/valid-full.json"), Faults());
  const std::vector<TimelineEntry>& timeline = parsed.scenario.timeline;
  ASSERT_EQ(timeline.size(), 10u);
  EXPECT_EQ(timeline[0].victims[0].slot, 4994);
  EXPECT_EQ(timeline[0].recover.how, "restart");
  EXPECT_EQ(timeline[0].recover.after_ms, 7000);
  EXPECT_EQ(timeline[0].options, nlohmann::json({{"signal", 9}}));
  EXPECT_EQ(timeline[1].victims[0].node, "redis-11");
  EXPECT_EQ(timeline[1].recover.how, "none");
  EXPECT_EQ(timeline[1].options, nlohmann::json({{"signal", 9}})) << "the default";
  EXPECT_EQ(timeline[2].fault, "power_cut");
  EXPECT_EQ(timeline[2].victims[0].shard, 3);
  EXPECT_EQ(timeline[2].victims[0].role, "replica");
  EXPECT_EQ(timeline[3].victims[0].pick, "random");
  EXPECT_EQ(timeline[4].victims[0].key, "hits");
}

// The file's entry 0 comes third, its entry 1 first.
TEST(ParseScenario, WhatNamesAnotherEntryFollowsItThroughTheSorting) {
  const ParsedScenario parsed =
      ParseScenario(ReadText("harness/scenario/testdata/valid-full.json"), Faults());
  const std::vector<TimelineEntry>& timeline = parsed.scenario.timeline;
  ASSERT_EQ(timeline.size(), 10u);
  const TimelineEntry& promoted = timeline[5];
  EXPECT_EQ(promoted.when->event, "promoted");
  EXPECT_EQ(promoted.when->since, 0);
  EXPECT_EQ(promoted.when->after_ms, 5);
  EXPECT_EQ(promoted.when->limit_ms, 30000);
  EXPECT_EQ(promoted.times, 3);
  EXPECT_EQ(promoted.every_ms, 9000);
  EXPECT_EQ(promoted.recover.how, "undo");
  ASSERT_EQ(promoted.victims.size(), 7u);
  EXPECT_TRUE(promoted.victims[0].promoted);
  EXPECT_EQ(promoted.victims[1].victim_of, 2);
  EXPECT_EQ(promoted.victims[2].role, "any");
  EXPECT_EQ(promoted.victims[2].pick, "all");
  EXPECT_EQ(timeline[6].when->event, "slots_ok_below");
  EXPECT_EQ(timeline[6].when->slots, 16384);
  EXPECT_EQ(timeline[6].when->limit_ms, 60000);
  EXPECT_EQ(timeline[7].when->event, "slots_ok");
  EXPECT_EQ(timeline[7].when->since, 2);
  EXPECT_EQ(timeline[8].when->slots, 100);
  EXPECT_EQ(timeline[9].when->event, "fault");
  EXPECT_EQ(timeline[9].when->entry, 2);
  EXPECT_EQ(timeline[9].when->is, "recovered");
}

TEST(ParseScenario, ACurrentClusterIsDescribedByWhereItIs) {
  const ParsedScenario parsed =
      ParseScenario(ReadText("harness/scenario/testdata/valid-attach.json"), Faults());
  const ClusterSpec& cluster = parsed.scenario.cluster;
  EXPECT_EQ(cluster.node_timeout_ms, 5000);
  ASSERT_TRUE(cluster.kubernetes.attach);
  EXPECT_EQ(cluster.kubernetes.attach->name_space, "shop");
  EXPECT_EQ(cluster.kubernetes.attach->selector, "app=redis,tier=cache");
  EXPECT_EQ(cluster.kubernetes.attach->container, "redis");
  EXPECT_EQ(cluster.kubernetes.attach->port, 6380);
  EXPECT_EQ(cluster.kubernetes.attach->password_secret, "redis-password");
  EXPECT_EQ(cluster.kubernetes.attach->password_key, "pass");
}

TEST(ParseScenario, WithoutACheckNoFaultHasOptions) {
  KnownFaults faults = Faults();
  faults.read = nullptr;
  const ParsedScenario parsed =
      ParseScenario(ReadText("harness/scenario/testdata/valid-full.json"), faults);
  EXPECT_EQ(ToString(parsed.mistakes),
            "/timeline/1/options/signal: unknown key; nothing may stand here\n");
}

TEST(ParseScenario, RefusesAHugeFile) {
  const ParsedScenario parsed = ParseScenario(std::string(2 << 20, ' '), Faults());
  EXPECT_EQ(ToString(parsed.mistakes), "(file): is larger than 1 MiB\n");
}

// Cutting a file anywhere must give a mistake with a place, never a crash or a pass.
TEST(ParseScenario, RefusesEveryTruncatedFile) {
  const std::string text = ReadText("harness/scenario/testdata/valid-full.json");
  for (std::size_t length = 0; length + 2 < text.size(); ++length) {
    const ParsedScenario parsed = ParseScenario(text.substr(0, length), Faults());
    ASSERT_EQ(parsed.mistakes.size(), 1u) << length;
    EXPECT_EQ(parsed.mistakes[0].where.rfind("line ", 0), 0u) << length;
  }
}

TEST(ReadScenario, TheNameMustBeTheFiles) {
  const fs::path folder = std::getenv("TEST_TMPDIR");
  const std::string text = ReadText("harness/scenario/testdata/valid-minimal.json");
  std::ofstream(folder / "other.json") << text;
  std::ofstream(folder / "valid_minimal.json") << text;
  EXPECT_EQ(
      ToString(ReadScenario(folder / "other.json", Faults()).mistakes),
      "/name: the file of \"valid_minimal\" must be called valid_minimal.json, is "
      "other.json\n");
  EXPECT_TRUE(ReadScenario(folder / "valid_minimal.json", Faults()).ok());
}

TEST(ReadScenario, AFileThatCanNotBeReadIsAMistake) {
  EXPECT_EQ(ToString(ReadScenario("no/such.json", Faults()).mistakes),
            "(file): can not read no/such.json\n");
  EXPECT_EQ(ToString(ReadScenario("harness/scenario", Faults()).mistakes),
            "(file): can not read harness/scenario\n");
}

}  // namespace
}  // namespace slotquake
