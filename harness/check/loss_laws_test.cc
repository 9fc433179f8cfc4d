// Section 10 of docs/checking.md, over many seeds of a small simulator.
#include <algorithm>
#include <map>
#include <set>

#include "gtest/gtest.h"
#include "harness/base/rng.h"
#include "harness/check/append_losses.h"
#include "harness/check/counter_losses.h"
#include "harness/check/evidence.h"
#include "harness/check/reigns.h"
#include "harness/testing/simulator.h"

namespace slotquake {
namespace {

constexpr std::uint64_t kSeedsPerTest = 10000;
constexpr std::uint64_t kSeedsPerLaw = 400;

Reigns ReignsOf(const RunRecord& record) { return Reigns(record, AllViews(record)); }

CounterLosses Counters(const RunRecord& record) {
  return FindCounterLosses(record, ReignsOf(record));
}

std::set<std::int64_t> Ids(const RunRecord& record,
                           const std::vector<LostWrite>& lost) {
  std::set<std::int64_t> ids;
  for (const LostWrite& write : lost)
    ids.insert(record.history.operations()[write.op].id);
  return ids;
}

SimulatorOptions Varied(std::uint64_t seed) {
  SimulatorOptions options;
  options.seed = seed;
  options.steps = 40 + static_cast<int>(seed % 7) * 40;
  options.clients = 1 + static_cast<int>(seed % 6);
  options.keys = 1 + static_cast<int>(seed % 3);
  options.unknown = seed % 4 == 0 ? 0.4 : 0.1;
  return options;
}

class Seeds : public testing::TestWithParam<int> {
 protected:
  // Disjoint seeds, so that the parameters can run as shards.
  static std::uint64_t First() {
    return static_cast<std::uint64_t>(GetParam()) * 100000;
  }
};

INSTANTIATE_TEST_SUITE_P(Laws, Seeds, testing::Range(0, 4));

TEST_P(Seeds, TruthLiesWithinTheBounds) {
  std::int64_t total = 0;
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerTest; ++seed) {
    const Simulation simulation = Simulate(Varied(seed));
    const CounterLosses found = Counters(simulation.record);
    const auto truth = static_cast<std::int64_t>(simulation.lost.size());
    total += truth;
    ASSERT_LE(found.lower, truth) << "seed " << seed;
    ASSERT_GE(found.upper, truth) << "seed " << seed;
    ASSERT_EQ(found.surplus, 0) << "seed " << seed;
    ASSERT_EQ(found.contradictions, 0) << "seed " << seed;
    for (const std::int64_t id : Ids(simulation.record, found.lost)) {
      ASSERT_TRUE(simulation.lost.contains(id)) << "seed " << seed << " op " << id;
    }
  }
  EXPECT_GT(total, 500);  // the simulator does lose writes
}

TEST_P(Seeds, BoundsMeetWithoutUnknownOutcomes) {
  std::size_t named = 0;
  std::size_t lost = 0;
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerTest; ++seed) {
    SimulatorOptions options = Varied(seed);
    options.unknown = 0;
    const Simulation simulation = Simulate(options);
    ASSERT_EQ(simulation.unknown, 0);
    const CounterLosses found = Counters(simulation.record);
    ASSERT_EQ(found.lower, found.upper) << "seed " << seed;
    ASSERT_EQ(found.lower, static_cast<std::int64_t>(simulation.lost.size()))
        << "seed " << seed;
    named += found.lost.size();
    lost += simulation.lost.size();
  }
  // Most of what is lost is known by name, not by accounting alone.
  EXPECT_GT(named * 2, lost);
}

TEST_P(Seeds, NothingIsAccusedWithoutRollBack) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerTest; ++seed) {
    SimulatorOptions options = Varied(seed);
    options.roll_back = false;
    options.unknown = seed % 2 == 0 ? 0.5 : 0.1;
    const Simulation simulation = Simulate(options);
    ASSERT_TRUE(simulation.lost.empty());
    const CounterLosses found = Counters(simulation.record);
    ASSERT_TRUE(found.lost.empty()) << "seed " << seed;
    ASSERT_EQ(found.lower, 0) << "seed " << seed;
  }
}

TEST_P(Seeds, AppendsGiveTheExactList) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerTest; ++seed) {
    SimulatorOptions options = Varied(seed);
    options.append = true;
    options.roll_back = seed % 5 != 0;
    const Simulation simulation = Simulate(options);
    const AppendLosses found =
        FindAppendLosses(simulation.record, ReignsOf(simulation.record));
    ASSERT_EQ(Ids(simulation.record, found.lost), simulation.lost) << "seed " << seed;
    ASSERT_EQ(found.acked, simulation.acked);
    ASSERT_EQ(found.refused_but_applied + found.applied_twice + found.foreign +
                  found.undecided,
              0);
  }
}

TEST_P(Seeds, RemovingUnacknowledgedOperationsNeverChangesTheAccused) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerLaw; ++seed) {
    Simulation simulation = Simulate(Varied(seed));
    const auto before = Ids(simulation.record, Counters(simulation.record).lost);
    auto& operations = simulation.record.history.operations();
    Rng rng(seed);
    std::erase_if(operations, [&](const Operation& op) {
      return op.outcome != Outcome::kAcked && rng.Chance(0.5);
    });
    ASSERT_EQ(Ids(simulation.record, Counters(simulation.record).lost), before)
        << "seed " << seed;
  }
}

TEST_P(Seeds, AFreshLargerValueAtTheEndNeverRemovesALoss) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerLaw; ++seed) {
    Simulation simulation = Simulate(Varied(seed));
    const auto before = Ids(simulation.record, Counters(simulation.record).lost);
    auto& operations = simulation.record.history.operations();
    if (operations.empty()) continue;
    Operation fresh = operations.back();
    for (const Operation& op : operations) {
      fresh.value = std::max(fresh.value, op.value);
      fresh.invoked = std::max(fresh.invoked, op.completed);
    }
    fresh.id = 1'000'000;
    fresh.value += 1;
    fresh.invoked += Nanos(10'000);
    fresh.completed = fresh.invoked + Nanos(1);
    fresh.outcome = Outcome::kAcked;
    operations.push_back(fresh);
    const auto after = Ids(simulation.record, Counters(simulation.record).lost);
    ASSERT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()))
        << "seed " << seed;
  }
}

// What must stay when names, axis or workers change.
struct Figures {
  std::set<std::int64_t> lost;
  std::int64_t lower = 0;
  std::int64_t upper = 0;
  bool operator==(const Figures&) const = default;
};

Figures FiguresOf(const RunRecord& record) {
  const CounterLosses found = Counters(record);
  return {Ids(record, found.lost), found.lower, found.upper};
}

TEST_P(Seeds, ShiftingAllTimesChangesNothing) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerLaw; ++seed) {
    Simulation simulation = Simulate(Varied(seed));
    const Figures before = FiguresOf(simulation.record);
    const Nanos shift(seed % 2 == 0 ? 3'600'000'000'000 : -700'000);
    for (Operation& op : simulation.record.history.operations()) {
      op.invoked += shift;
      op.completed += shift;
    }
    for (Observation& seen : simulation.record.observations) {
      seen.at += shift;
      seen.not_before += shift;
    }
    ASSERT_EQ(FiguresOf(simulation.record), before) << "seed " << seed;
  }
}

TEST_P(Seeds, TwoWorkersWithoutClockErrorChangeNothing) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerLaw; ++seed) {
    Simulation simulation = Simulate(Varied(seed));
    const Figures before = FiguresOf(simulation.record);
    simulation.record.workers.resize(2);
    simulation.record.workers[1].index = 1;
    for (Operation& op : simulation.record.history.operations()) {
      op.worker = static_cast<std::uint8_t>(op.client % 2);
    }
    ASSERT_EQ(FiguresOf(simulation.record), before) << "seed " << seed;
  }
}

TEST_P(Seeds, AWiderClockBoundNeverAccusesMore) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerLaw; ++seed) {
    Simulation simulation = Simulate(Varied(seed));
    const Figures before = FiguresOf(simulation.record);
    simulation.record.workers.resize(2);
    simulation.record.workers[1].index = 1;
    simulation.record.workers[1].clock_bound = Nanos(2'000);
    for (Operation& op : simulation.record.history.operations()) {
      op.worker = static_cast<std::uint8_t>(op.client % 2);
    }
    const Figures after = FiguresOf(simulation.record);
    ASSERT_TRUE(std::includes(before.lost.begin(), before.lost.end(),
                              after.lost.begin(), after.lost.end()))
        << "seed " << seed;
  }
}

// Every other client on a second worker whose clock is off by `error`, and who is
// known within `bound`.
void PutOnWrongClock(Nanos error, Nanos bound, RunRecord& record) {
  record.workers.resize(2);
  record.workers[1].index = 1;
  record.workers[1].clock_bound = bound;
  for (Operation& op : record.history.operations()) {
    op.worker = static_cast<std::uint8_t>(op.client % 2);
    if (op.worker == 0) continue;
    op.invoked += error;
    op.completed += error;
  }
}

Nanos ClockError(std::uint64_t seed) { return Nanos(seed % 2 == 0 ? 1'500 : -1'500); }

TEST_P(Seeds, AClockErrorWithinItsBoundAccusesNobody) {
  std::size_t without_bound = 0;
  for (std::uint64_t seed = First(); seed < First() + 4 * kSeedsPerLaw; ++seed) {
    SimulatorOptions options = Varied(seed);
    options.roll_back = seed % 2 == 0;
    const Simulation simulation = Simulate(options);
    RunRecord record = simulation.record;
    PutOnWrongClock(ClockError(seed), Nanos(1'500), record);
    const CounterLosses found = Counters(record);
    const auto truth = static_cast<std::int64_t>(simulation.lost.size());
    ASSERT_LE(found.lower, truth) << "seed " << seed;
    ASSERT_GE(found.upper, truth) << "seed " << seed;
    for (const std::int64_t id : Ids(record, found.lost)) {
      ASSERT_TRUE(simulation.lost.contains(id)) << "seed " << seed << " op " << id;
    }
    record.workers[1].clock_bound = Nanos(0);
    for (const std::int64_t id : Ids(record, Counters(record).lost)) {
      without_bound += simulation.lost.contains(id) ? 0 : 1;
    }
  }
  EXPECT_GT(without_bound, 0U);  // the error is large enough to matter
}

TEST_P(Seeds, OtherNamesChangeNothing) {
  for (std::uint64_t seed = First(); seed < First() + kSeedsPerLaw; ++seed) {
    Simulation simulation = Simulate(Varied(seed));
    RunRecord& record = simulation.record;
    const Figures before = FiguresOf(record);
    const auto renamed = [](const std::string& name) { return "other-" + name; };
    for (NodeRecord& node : record.nodes) node.name = renamed(node.name);
    for (Observation& seen : record.observations) seen.node = renamed(seen.node);
    for (FinalRead& read : record.final_reads) read.key = renamed(read.key);
    std::map<std::string, std::int64_t> initial;
    for (const auto& [key, value] : record.initial_values)
      initial[renamed(key)] = value;
    record.initial_values = initial;
    StringTable keys;
    for (const std::string& key : record.history.keys().all())
      keys.Intern(renamed(key));
    record.history.keys() = keys;
    StringTable nodes;
    for (const std::string& node : record.history.nodes().all()) {
      nodes.Intern(renamed(node));
    }
    record.history.nodes() = nodes;
    for (Operation& op : record.history.operations()) op.client = 100 - op.client;
    ASSERT_EQ(FiguresOf(record), before) << "seed " << seed;
  }
}

}  // namespace
}  // namespace slotquake
