// A whole trial on the local platform: several workers, and a node that moves.
#include "harness/runner/runner.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "harness/cluster/log_tail.h"
#include "harness/platform/local/local_platform.h"
#include "harness/worker/run_worker.h"

namespace slotquake {
namespace {

World* world = nullptr;
std::string server_path;

constexpr int kWorkers = 3;

Scenario MakeScenario() {
  Scenario scenario;
  scenario.name = "moved";
  scenario.cluster.node_timeout_ms = 1000;
  scenario.cluster.server = server_path;
  scenario.workers = kWorkers;
  LoadSpec hits;
  hits.clients = 7;
  hits.timeout_ms = 1000;
  hits.keys.per_shard = 4;
  LoadSpec append = hits;
  append.kind = "append";
  append.clients = 2;  // fewer than workers
  append.loop = "open";
  append.rate_per_second = 200;
  scenario.load = {hits, append};
  scenario.warm_up_ms = 1000;
  TimelineEntry move;
  move.fault = "restart_new_address";
  VictimSpec victim;
  victim.node = "redis-0";
  move.victims = {victim};
  move.recover.after_ms = 300;
  scenario.timeline = {move};
  scenario.hold_ms = 4000;
  return scenario;
}

class RunnerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    LocalPlatform platform(*world, "/proc/self/exe", testing::TempDir());
    Progress progress(stderr);
    const auto socket = ListenForMetrics(0);
    ASSERT_TRUE(socket.ok()) << socket.message();
    LiveMetrics metrics(*socket);
    const Scenario scenario = MakeScenario();
    auto record = RunTrial(scenario, {.id = "test", .seed = 7, .command = ""}, platform,
                           progress, metrics, [] { return world->Interrupted(); });
    ASSERT_TRUE(record.ok()) << record.message();
    record_ = new RunRecord(std::move(*record));
  }
  void SetUp() override { ASSERT_NE(record_, nullptr); }

  static RunRecord* record_;
};
RunRecord* RunnerTest::record_ = nullptr;

TEST_F(RunnerTest, NothingWentWrong) {
  EXPECT_EQ(record_->errors, std::vector<std::string>());
  EXPECT_TRUE(record_->rest.reached)
      << record_->rest.missing << "\n"
      << LogTail("redis-0", record_->logs["redis-0"], 20);
  ASSERT_EQ(record_->faults.size(), 1U);
  EXPECT_TRUE(record_->faults[0].IsProven()) << record_->faults[0].error;
  EXPECT_TRUE(record_->faults[0].recovered);
}

TEST_F(RunnerTest, EachLoadIsSpreadOverAllWorkers) {
  ASSERT_EQ(record_->workers.size(), kWorkers + 1U);
  std::vector<std::string> parts;
  for (const LoadRecord& load : record_->loads) {
    parts.push_back(load.kind + " " + std::to_string(load.worker) + " " +
                    std::to_string(load.clients) + " " +
                    std::to_string(static_cast<int>(load.rate_per_second)));
  }
  EXPECT_EQ(parts, (std::vector<std::string>{"hits 0 3 0", "hits 1 2 0", "hits 2 2 0",
                                             "append 0 1 100", "append 1 1 100"}));
  std::map<int, std::map<OperationKind, int>> acked;
  std::set<std::int64_t> ids;
  std::map<std::int32_t, int> worker_of;
  for (const Operation& op : record_->history.operations()) {
    EXPECT_EQ(op.id >> 48, op.worker);
    ASSERT_TRUE(ids.insert(op.id).second) << "an id is there twice";
    worker_of.emplace(op.client, op.worker);
    EXPECT_EQ(worker_of[op.client], op.worker) << "one number, two clients";
    if (op.outcome == Outcome::kAcked) ++acked[op.worker][op.kind];
  }
  EXPECT_EQ(worker_of.size(), 9U);
  EXPECT_EQ(acked.size(), static_cast<std::size_t>(kWorkers));
  for (int worker = 0; worker < kWorkers; ++worker) {
    EXPECT_GT(acked[worker][OperationKind::kIncr], 500) << worker;
    EXPECT_EQ(acked[worker][OperationKind::kAppend] > 100, worker < 2) << worker;
  }
}

// Whatever came of the fault: no value is higher than what was sent could make it.
TEST_F(RunnerTest, TheHistoriesOfAllWorkersAreOneStory) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> sent;
  for (const Operation& op : record_->history.operations()) {
    auto& [acked, unknown] = sent[record_->history.KeyOf(op)];
    if (op.outcome == Outcome::kAcked) ++acked;
    if (op.outcome == Outcome::kUnknown) ++unknown;
    EXPECT_GE(op.invoked, record_->loads[0].begin - FromMillis(1000));
    EXPECT_LE(op.completed, record_->loads[0].end);
  }
  ASSERT_FALSE(record_->final_reads.empty());
  for (const FinalRead& read : record_->final_reads) {
    EXPECT_EQ(read.error, "") << read.key;
    EXPECT_NE(record_->FindNode(read.node), nullptr) << read.node;
    const auto [acked, unknown] = sent[read.key];
    const std::int64_t value =
        read.value.value_or(static_cast<std::int64_t>(read.tokens.size()));
    EXPECT_GT(value, 0) << read.key;
    EXPECT_LE(value, acked + unknown) << read.key;
  }
}

TEST_F(RunnerTest, AMovedNodeKeepsItsName) {
  const NodeRecord* before = record_->FindNode("redis-0");
  ASSERT_NE(before, nullptr);
  std::vector<Observation> moves;
  for (const Observation& seen : record_->observations) {
    if (seen.kind == observation_kind::kAddress) moves.push_back(seen);
  }
  ASSERT_EQ(moves.size(), 1U);
  EXPECT_EQ(moves[0].node, "redis-0");
  EXPECT_NE(moves[0].data["address"], before->address);
  EXPECT_GT(moves[0].at, record_->faults[0].asked);
  // It was seen again where it is now.
  bool seen_again = false;
  for (const Observation& seen : record_->observations) {
    seen_again = seen_again || (seen.node == "redis-0" && seen.at > moves[0].at &&
                                seen.kind == observation_kind::kView);
  }
  EXPECT_TRUE(seen_again);
  for (const std::string& node : record_->history.nodes().all()) {
    EXPECT_NE(record_->FindNode(node), nullptr) << node;
  }
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  // The platform starts this program as its worker: worker --name=... --listen=...
  if (argc > 1 && std::string(argv[1]) == "worker") {
    slotquake::WorkerOptions options;
    for (int i = 2; i < argc; ++i) {
      const std::string argument = argv[i];
      const auto value = argument.substr(argument.find('=') + 1);
      if (argument.starts_with("--name=")) options.name = value;
      if (argument.starts_with("--listen=")) options.listen = value;
    }
    return slotquake::RunWorker(options);
  }
  testing::InitGoogleTest(&argc, argv);
  slotquake::server_path = std::filesystem::absolute(argv[1]).string();
  return slotquake::EnterWorld([](slotquake::World& inside) {
    slotquake::world = &inside;
    return RUN_ALL_TESTS();
  });
}
