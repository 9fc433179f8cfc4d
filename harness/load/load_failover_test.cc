// Load through a real promotion: it must find the new master by itself.

#include <algorithm>

#include "gtest/gtest.h"
#include "harness/history/address_book.h"
#include "harness/load/load.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

constexpr int kClients = 6;

// Runs the load until the replica of the victim serves its slots, and then a while
// more. The victim is master of the first third of the slots.
History RunThroughFailover(void (RedisServer::*break_it)()) {
  auto cluster = RedisCluster::Start(3, 1, std::chrono::seconds(1));
  EXPECT_TRUE(cluster.ok()) << cluster.message();
  if (!cluster.ok()) return {};
  AddressBook names;
  LoadConfig config;
  config.clients = kClients;
  config.timeout = std::chrono::milliseconds(300);
  config.connect_timeout = std::chrono::milliseconds(300);
  for (std::size_t i = 0; i < cluster->nodes.size(); ++i) {
    const Endpoint endpoint = cluster->nodes[i]->endpoint();
    // Masters only, as a client would be told a service name that leads to some.
    if (i < 3) config.seeds.push_back(endpoint);
    names.Add("redis-" + std::to_string(i), ToString(endpoint), Nanos(0));
  }
  // Keys of the victim alone: acknowledgements go on when its successor serves.
  config.keys = PlanKeys({.spread = "slots"}, kCounterPrefix, {});
  std::erase_if(config.keys, [](const LoadKey& key) { return key.slot > 5460; });
  const auto load = MakeLoad(config);
  EXPECT_TRUE(load->Start().ok());
  EXPECT_TRUE(WaitFor([&] { return load->counters().acked >= 1000; }));
  ((*cluster->nodes[0]).*break_it)();
  EXPECT_TRUE(WaitFor([&] {
    return cluster->nodes[3]->Log().find("Failover election won") != std::string::npos;
  }));
  const std::int64_t acked = load->counters().acked;
  EXPECT_TRUE(WaitFor([&] { return load->counters().acked >= acked + 1000; }));
  load->Stop();
  cluster->nodes[0]->Resume();
  History history = load->TakeHistory();
  names.Rename(history);
  return history;
}

std::int64_t AckedBy(const History& history, const std::string& node) {
  return std::count_if(history.operations().begin(), history.operations().end(),
                       [&](const Operation& op) {
                         return op.outcome == Outcome::kAcked &&
                                history.NodeOf(op) == node;
                       });
}

TEST(LoadFailoverTest, FindsThePromotedReplicaOfADeadMaster) {
  const History history = RunThroughFailover(&RedisServer::Kill);
  EXPECT_GT(AckedBy(history, "redis-0"), 0);
  EXPECT_GT(AckedBy(history, "redis-3"), 0);
  int refused = 0;
  int unknown = 0;
  for (const Operation& op : history.operations()) {
    if (history.ErrorOf(op).find("refused") != std::string::npos) ++refused;
    if (op.outcome == Outcome::kUnknown) ++unknown;
  }
  EXPECT_GT(refused, 0);
  EXPECT_LE(unknown, kClients);  // what was under way
}

TEST(LoadFailoverTest, FindsThePromotedReplicaOfAPausedMaster) {
  const History history = RunThroughFailover(&RedisServer::Pause);
  EXPECT_GT(AckedBy(history, "redis-3"), 0);
  int unknown = 0;
  for (const Operation& op : history.operations()) {
    if (op.outcome != Outcome::kUnknown) continue;
    ++unknown;
    EXPECT_EQ(history.NodeOf(op), "redis-0");
  }
  EXPECT_GE(unknown, 2 * kClients);  // over a second, 300 ms each
}

}  // namespace
}  // namespace slotquake
