#include "harness/explore/composer.h"

#include <algorithm>
#include <map>
#include <set>

#include "gtest/gtest.h"
#include "harness/explore/draw.h"

namespace slotquake {
namespace {

Space SpaceOf(int masters = 3, int replicas = 1, int node_timeout_ms = 2000) {
  Space space;
  space.cluster.masters = masters;
  space.cluster.replicas_per_master = replicas;
  space.cluster.node_timeout_ms = node_timeout_ms;
  space.expect = DefaultExpectations(node_timeout_ms);
  for (const FaultType& type : AllFaults()) {
    if (WhyNotComposable(type).empty()) space.faults.push_back(&type);
  }
  return space;
}

// Compose() throws where the parser finds a mistake.
TEST(ComposerTest, EveryScenarioIsValid) {
  const std::vector<Space> spaces = {SpaceOf(), SpaceOf(4, 2, 500), SpaceOf(3, 0),
                                     SpaceOf(5, 1, 15'000)};
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    const Space& space = spaces[seed % spaces.size()];
    ASSERT_NO_THROW({
      const Scenario scenario = Compose(space, "explored_1_1", seed);
      ASSERT_GE(scenario.timeline.size(), 1u);
      ASSERT_LE(scenario.timeline.size(), 3u);
      for (const TimelineEntry& entry : scenario.timeline) {
        ASSERT_NE(entry.recover.how, "none") << seed;
      }
    }) << seed;
  }
}

TEST(ComposerTest, ASeedAlwaysComposesTheSame) {
  const Space space = SpaceOf();
  std::set<std::string> all;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::string text = ToJson(Compose(space, "explored_1_1", seed)).dump();
    EXPECT_EQ(text, ToJson(Compose(space, "explored_1_1", seed)).dump());
    all.insert(text);
  }
  EXPECT_GT(all.size(), 490u);
}

// Another generator would compose other scenarios for the seeds in old reports.
TEST(ComposerTest, TheSeedsOfRunsStayWhatTheyAre) {
  EXPECT_EQ(SeedOfRun(1, 1), SeedOfRun(1, 1));
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    for (int run = 1; run <= 30; ++run) {
      seeds.insert(SeedOfRun(seed, run));
      EXPECT_LT(SeedOfRun(seed, run), std::uint64_t{1} << 48);
    }
  }
  EXPECT_EQ(seeds.size(), 900u);
}

TEST(ComposerTest, AllKindsOfTimelinesComeUp) {
  const Space space = SpaceOf();
  std::map<std::string, int> seen;
  std::map<std::string, int> faults;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const Scenario scenario = Compose(space, "explored_1_1", seed);
    int end = -1;
    for (const TimelineEntry& entry : scenario.timeline) {
      ++faults[entry.fault];
      if (entry.when) {
        ++seen[entry.when->event == "fault" ? entry.when->is : entry.when->event];
      } else if (end >= 0) {
        ++seen[entry.at_ms < end ? "overlapping" : "in sequence"];
      }
      if (!entry.when) end = std::max(end, entry.at_ms + entry.recover.after_ms);
      if (entry.times > 1) ++seen["periodic"];
      for (const VictimSpec& victim : entry.victims) {
        ++seen[victim.promoted           ? "victim: promoted"
               : victim.victim_of        ? "victim: again"
               : victim.pick == "random" ? "victim: random"
               : victim.shard            ? "victim: shard"
                                         : "victim: node"];
      }
    }
  }
  for (const char* kind :
       {"recovered", "injected", "promoted", "election_started", "failed", "pfail",
        "slots_ok_below", "overlapping", "in sequence", "periodic", "victim: promoted",
        "victim: again", "victim: random", "victim: shard", "victim: node"}) {
    EXPECT_GT(seen[kind], 2) << kind;
  }
  for (const FaultType* type : space.faults) {
    EXPECT_GT(faults[std::string(type->name)], 10) << type->name;
  }
}

TEST(ComposerTest, FaultsOfOneNodeDoNotOverlap) {
  const Space space = SpaceOf();
  int overlaps = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const auto timeline = Compose(space, "explored_1_1", seed).timeline;
    for (std::size_t i = 0; i < timeline.size(); ++i) {
      for (std::size_t k = i + 1; k < timeline.size(); ++k) {
        const TimelineEntry& a = timeline[i];
        const TimelineEntry& b = timeline[k];
        const int end = a.at_ms + a.recover.after_ms + a.every_ms * (a.times - 1);
        if (a.when || b.when || b.at_ms > end) continue;
        ++overlaps;
        for (const VictimSpec& one : a.victims) {
          for (const VictimSpec& other : b.victims) {
            EXPECT_NE(one.node, "") << seed;
            EXPECT_NE(one.node, other.node) << seed;
          }
        }
      }
    }
  }
  EXPECT_GT(overlaps, 100);
}

TEST(ComposerTest, OptionsAreWithinTheirLimitsAndNotAlwaysTheDefaults) {
  for (const FaultType* type : SpaceOf().faults) {
    Rng rng(7);
    std::set<std::string> drawn;
    for (int i = 0; i < 200; ++i) {
      const nlohmann::json options = DrawOptions(*type, 2000, rng);
      drawn.insert(options.dump());
      std::vector<Mistake> mistakes;
      OptionReader::ReadObject(options, "", &mistakes, [&](OptionReader& reader) {
        ReadOptions(*type, reader);
      });
      ASSERT_TRUE(mistakes.empty()) << type->name << options << ToString(mistakes[0]);
    }
    // What a text means no table says.
    const bool fixed = std::all_of(
        type->options.begin(), type->options.end(),
        [](const OptionSpec& option) { return option.kind == OptionKind::kString; });
    EXPECT_TRUE(fixed || drawn.size() > 1) << type->name;
  }
}

}  // namespace
}  // namespace slotquake
