// Load against a real cluster of three masters.

#include "harness/load/load.h"

#include <algorithm>
#include <map>
#include <set>

#include "gtest/gtest.h"
#include "harness/load/final_read.h"
#include "harness/redis/connection.h"
#include "harness/redis/slot.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

class LoadTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = RedisCluster::Start(3, 0);
    ASSERT_TRUE(started.ok()) << started.message();
    cluster_ = new RedisCluster(std::move(*started));
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }

  void SetUp() override {
    for (const auto& node : cluster_->nodes) {
      auto connection = Connection::Connect(node->endpoint(), std::chrono::seconds(2));
      ASSERT_TRUE(connection.ok() && connection->Command({"FLUSHALL"}).ok());
    }
  }

  static LoadConfig Config(OperationKind kind) {
    LoadConfig config;
    config.kind = kind;
    config.worker = 3;
    config.clients = 6;
    config.timeout = std::chrono::milliseconds(200);
    config.connect_timeout = std::chrono::milliseconds(200);
    for (const auto& node : cluster_->nodes) config.seeds.push_back(node->endpoint());
    const std::vector<std::vector<SlotRange>> shards = {
        {{0, 5460}}, {{5461, 10921}}, {{10922, 16383}}};
    config.keys = PlanKeys(
        {.spread = "shards", .per_shard = 8},
        kind == OperationKind::kAppend ? kAppendPrefix : kCounterPrefix, shards);
    return config;
  }

  static std::vector<FinalRead> Read(const LoadConfig& config) {
    FinalReadConfig read;
    read.lists = config.kind == OperationKind::kAppend;
    for (const LoadKey& key : config.keys) read.keys.push_back(key.key);
    read.seeds = config.seeds;
    return ReadFinal(read);
  }

  static std::string AddressOf(std::size_t node) {
    return ToString(cluster_->nodes[node]->endpoint());
  }

  static Status Tell(std::size_t node, const std::vector<std::string>& command) {
    auto connection =
        Connection::Connect(cluster_->nodes[node]->endpoint(), std::chrono::seconds(2));
    if (!connection.ok()) return connection.status();
    const auto reply = connection->Command(command);
    if (!reply.ok()) return reply.status();
    return reply->IsError() ? Status::Error(reply->text) : Status::Ok();
  }

  static std::int64_t Count(const History& history, Outcome outcome) {
    return std::count_if(history.operations().begin(), history.operations().end(),
                         [&](const Operation& op) { return op.outcome == outcome; });
  }

  // No attempt is missing, and none is there twice.
  static void ExpectWhole(const History& history) {
    std::set<std::int64_t> ids;
    for (const Operation& op : history.operations()) ids.insert(op.id);
    ASSERT_EQ(ids.size(), history.operations().size());
    ASSERT_FALSE(ids.empty());
    EXPECT_EQ(*ids.begin(), (std::int64_t{3} << 48) + 1);
    EXPECT_EQ(*ids.rbegin() - *ids.begin() + 1, static_cast<std::int64_t>(ids.size()));
  }

  static RedisCluster* cluster_;
};

RedisCluster* LoadTest::cluster_ = nullptr;

TEST_F(LoadTest, AcknowledgedHitsAreTheFinalValues) {
  const LoadConfig config = Config(OperationKind::kIncr);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 3000; }));
  load->Stop();
  const History history = load->TakeHistory();
  ExpectWhole(history);
  EXPECT_EQ(Count(history, Outcome::kAcked),
            static_cast<std::int64_t>(history.operations().size()));
  std::map<std::string, std::int64_t> acked;
  std::map<std::pair<std::int32_t, std::string>, int> by_client_and_node;
  for (const Operation& op : history.operations()) {
    ++acked[history.KeyOf(op)];
    EXPECT_EQ(op.slot, SlotOf(history.KeyOf(op)));
    EXPECT_EQ(op.intended, op.invoked);
    ++by_client_and_node[{op.client, history.NodeOf(op)}];
  }
  // Each client stays on one shard, two of the six on each.
  EXPECT_EQ(by_client_and_node.size(), 6u);
  for (const FinalRead& read : Read(config)) {
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.value, acked[read.key]) << read.key;
    EXPECT_NE(read.node, "");
  }
}

TEST_F(LoadTest, AppendWritesEachOperationsIdOnce) {
  const LoadConfig config = Config(OperationKind::kAppend);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 1000; }));
  load->Stop();
  const History history = load->TakeHistory();
  ExpectWhole(history);
  std::map<std::string, std::vector<std::int64_t>> acked;
  for (const Operation& op : history.operations()) {
    acked[history.KeyOf(op)].push_back(op.id);
    EXPECT_EQ(op.value, op.id);
  }
  for (const FinalRead& read : Read(config)) {
    std::vector<std::int64_t> tokens = read.tokens;
    std::sort(tokens.begin(), tokens.end());
    std::sort(acked[read.key].begin(), acked[read.key].end());
    EXPECT_EQ(tokens, acked[read.key]) << read.key;
  }
}

TEST_F(LoadTest, AnOpenLoopKeepsItsSchedule) {
  LoadConfig config = Config(OperationKind::kIncr);
  config.open_loop = true;
  config.rate = 2000;
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 1000; }));
  load->Stop();
  const History history = load->TakeHistory();
  std::vector<Nanos> intended;
  for (const Operation& op : history.operations()) {
    EXPECT_GE(op.invoked, op.intended);
    intended.push_back(op.intended);
  }
  std::sort(intended.begin(), intended.end());
  for (std::size_t i = 1; i < 1000; ++i) {
    EXPECT_NEAR(static_cast<double>((intended[i] - intended[i - 1]).count()), 500e3, 1);
  }
}

TEST_F(LoadTest, AnOpenLoopChargesAPausedNodeToWhatShouldHaveStarted) {
  LoadConfig config = Config(OperationKind::kIncr);
  config.open_loop = true;
  config.rate = 600;  // each client every 10 ms
  config.timeout = std::chrono::seconds(5);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 60; }));
  const std::int64_t before = load->counters().acked;
  cluster_->nodes[0]->Pause();
  // The other two shards go on: 400 per second.
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= before + 100; }));
  cluster_->nodes[0]->Resume();
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= before + 300; }));
  load->Stop();
  const History history = load->TakeHistory();
  int late = 0;
  for (const Operation& op : history.operations()) {
    if (op.invoked - op.intended > std::chrono::milliseconds(20)) ++late;
    EXPECT_EQ(op.outcome, Outcome::kAcked);
  }
  // 2 clients, about 250 ms, every 10 ms: some 40; only loosely, on a busy machine.
  EXPECT_GE(late, 10);
}

TEST_F(LoadTest, APausedNodeGivesUnknownOutcomesAndStarvesNoOtherShard) {
  const LoadConfig config = Config(OperationKind::kIncr);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 300; }));
  cluster_->nodes[1]->Pause();
  ASSERT_TRUE(WaitFor([&] { return load->counters().unknown >= 2; }));
  const std::int64_t acked = load->counters().acked;
  EXPECT_TRUE(WaitFor([&] { return load->counters().acked >= acked + 500; }));
  load->Stop();
  cluster_->nodes[1]->Resume();
  const History history = load->TakeHistory();
  ExpectWhole(history);
  EXPECT_EQ(
      load->counters().acked + load->counters().rejected + load->counters().unknown,
      static_cast<std::int64_t>(history.operations().size()));
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> bounds;
  for (const Operation& op : history.operations()) {
    auto& [least, most] = bounds[history.KeyOf(op)];
    if (op.outcome == Outcome::kAcked) ++least;
    if (op.outcome != Outcome::kRejected) ++most;
    if (op.outcome == Outcome::kUnknown) {
      EXPECT_EQ(history.NodeOf(op), AddressOf(1));
    }
  }
  for (const FinalRead& read : Read(config)) {
    EXPECT_EQ(read.error, "");
    EXPECT_GE(read.value.value_or(0), bounds[read.key].first) << read.key;
    EXPECT_LE(read.value.value_or(0), bounds[read.key].second) << read.key;
  }
}

TEST_F(LoadTest, AnOpenSlotsKeysAreFollowedAndRead) {
  const LoadConfig base = Config(OperationKind::kIncr);
  LoadConfig config = base;
  config.keys = {{"hits", 4994}};
  ASSERT_TRUE(
      Tell(1, {"CLUSTER", "SETSLOT", "4994", "IMPORTING", cluster_->ids[0]}).ok());
  ASSERT_TRUE(
      Tell(0, {"CLUSTER", "SETSLOT", "4994", "MIGRATING", cluster_->ids[1]}).ok());
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 20; }));
  load->Stop();
  const auto reads = Read(config);
  ASSERT_TRUE(Tell(1, {"FLUSHALL"}).ok());
  for (const std::size_t node : {0, 1}) {
    ASSERT_TRUE(Tell(node, {"CLUSTER", "SETSLOT", "4994", "STABLE"}).ok());
  }
  const History history = load->TakeHistory();
  EXPECT_EQ(Count(history, Outcome::kUnknown), 0);
  // One ASK for each, and at the end one per client that was not followed.
  const std::int64_t rejected = Count(history, Outcome::kRejected);
  EXPECT_GE(rejected, Count(history, Outcome::kAcked));
  EXPECT_LE(rejected, Count(history, Outcome::kAcked) + config.clients);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].error, "");
  EXPECT_EQ(reads[0].value, Count(history, Outcome::kAcked));
  EXPECT_EQ(reads[0].node, AddressOf(1));
}

TEST_F(LoadTest, FinalReadsOfAllSlotsTakeUnderASecond) {
  LoadConfig config = Config(OperationKind::kIncr);
  config.keys = PlanKeys({.spread = "slots"}, kCounterPrefix, {});
  const Nanos begin = MonotonicNow();
  const auto reads = Read(config);
  EXPECT_LT(MonotonicNow() - begin, std::chrono::seconds(1));
  ASSERT_EQ(reads.size(), 16384u);
  for (const FinalRead& read : reads) {
    ASSERT_EQ(read.error, "");
    ASSERT_FALSE(read.value.has_value());
  }
}

TEST_F(LoadTest, KeysAreDeletedOnAllShardsAndOthersStay) {
  const LoadConfig config = Config(OperationKind::kIncr);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked > 500; }));
  load->Stop();
  FinalReadConfig removal;
  removal.remove = true;
  for (const LoadKey& key : config.keys) removal.keys.push_back(key.key);
  removal.keys.pop_back();  // stays
  removal.seeds = config.seeds;
  for (const FinalRead& removed : ReadFinal(removal)) {
    EXPECT_EQ(removed.error, "");
    EXPECT_EQ(removed.value, 1) << removed.key;
  }
  const std::vector<FinalRead> after = Read(config);
  for (const FinalRead& read : after) {
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.value.has_value(), read.key == config.keys.back().key) << read.key;
  }
}

TEST_F(LoadTest, ADeadNodesHitsAreRejectedAndItsKeysCanNotBeRead) {
  const LoadConfig config = Config(OperationKind::kIncr);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 300; }));
  cluster_->nodes[2]->Kill();
  ASSERT_TRUE(WaitFor([&] { return load->counters().rejected >= 20; }));
  const std::int64_t acked = load->counters().acked;
  EXPECT_TRUE(WaitFor([&] { return load->counters().acked >= acked + 500; }));
  load->Stop();
  const History history = load->TakeHistory();
  ExpectWhole(history);
  for (const Operation& op : history.operations()) {
    if (op.outcome == Outcome::kAcked) continue;
    EXPECT_EQ(history.NodeOf(op), AddressOf(2));
  }
  FinalReadConfig read;
  read.keys = {"hits", "foo"};  // slots 4994 and 12182
  read.seeds = config.seeds;
  read.limit = std::chrono::milliseconds(200);
  const auto reads = ReadFinal(read);
  EXPECT_EQ(reads[0].error, "");
  EXPECT_NE(reads[1].error, "");
  ASSERT_TRUE(cluster_->nodes[2]->Restart().ok());
}

}  // namespace
}  // namespace slotquake
