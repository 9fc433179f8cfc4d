#include "harness/observe/observer.h"

#include "gtest/gtest.h"
#include "harness/redis/connection.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

using observation_kind::kReachable;
using observation_kind::kReplication;
using observation_kind::kUnreachable;
using observation_kind::kView;

std::vector<Observation> Find(const ObservationLog& log, const std::string& node,
                              std::string_view kind) {
  std::vector<Observation> found;
  for (Observation& o : log.CopyAll()) {
    if (o.kind == kind && o.node == node) found.push_back(std::move(o));
  }
  return found;
}

class ObserverTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 2; ++i) {
      auto server = RedisServer::Start();
      ASSERT_TRUE(server.ok()) << server.message();
      servers_.push_back(std::move(*server));
    }
    observer_ = std::make_unique<Observer>(
        ObserverOptions{{{"redis-0", servers_[0]->endpoint()},
                         {"redis-1", servers_[1]->endpoint()}}},
        &log_);
    for (const char* node : {"redis-0", "redis-1"}) {
      ASSERT_TRUE(WaitFor([&] { return !Find(log_, node, kReplication).empty(); }));
      ASSERT_TRUE(WaitFor([&] { return !Find(log_, node, kView).empty(); }));
    }
  }

  std::int64_t Polls(std::size_t node) { return observer_->Counters()[node].polls; }

  std::vector<std::unique_ptr<RedisServer>> servers_;
  ObservationLog log_;
  std::unique_ptr<Observer> observer_;
};

TEST_F(ObserverTest, SeesSlotsChangeHands) {
  auto connection = Connection::Connect(servers_[0]->endpoint(), FromMillis(2000));
  ASSERT_TRUE(connection.ok()) << connection.message();
  const Nanos asked = MonotonicNow();
  const auto reply = connection->Command({"CLUSTER", "ADDSLOTS", "5", "6", "7"});
  const Nanos done = MonotonicNow();
  ASSERT_TRUE(reply.ok() && reply->text == "OK");
  ASSERT_TRUE(WaitFor([&] { return Find(log_, "redis-0", kView).size() >= 2; }));
  const Observation change = Find(log_, "redis-0", kView)[1];
  EXPECT_LE(change.not_before, done);
  EXPECT_GE(change.at, asked);
  const auto view = change.data.get<ClusterView>();
  EXPECT_EQ(ToString(view.Myself()->slots), "5-7");
  EXPECT_EQ(Find(log_, "redis-1", kView).size(), 1U);
}

TEST_F(ObserverTest, AStoppedNodeDelaysNobody) {
  const Nanos asked = MonotonicNow();
  servers_[0]->Pause();
  ASSERT_TRUE(WaitFor([&] { return !Find(log_, "redis-0", kUnreachable).empty(); }));
  const Observation away = Find(log_, "redis-0", kUnreachable)[0];
  EXPECT_EQ(away.data["error"], "no answer");
  EXPECT_GE(away.at, asked);
  EXPECT_GE(away.at - away.not_before, FromMillis(100));
  const std::int64_t before = Polls(1);
  ASSERT_TRUE(WaitFor([&] { return Polls(1) > before + 30; }));
  EXPECT_TRUE(Find(log_, "redis-1", kUnreachable).empty());

  const Nanos resumed = MonotonicNow();
  servers_[0]->Resume();
  ASSERT_TRUE(WaitFor([&] { return !Find(log_, "redis-0", kReachable).empty(); }));
  EXPECT_GE(Find(log_, "redis-0", kReachable)[0].at, resumed);
}

TEST_F(ObserverTest, ARestartIsAnotherRun) {
  const std::string before = Find(log_, "redis-0", kReplication)[0].data["run_id"];
  const Nanos asked = MonotonicNow();
  servers_[0]->Kill();
  const Nanos killed = MonotonicNow();
  ASSERT_TRUE(WaitFor([&] { return !Find(log_, "redis-0", kUnreachable).empty(); }));
  const Observation away = Find(log_, "redis-0", kUnreachable)[0];
  EXPECT_LE(away.not_before, killed);
  EXPECT_GE(away.at, asked);
  const Status restarted = servers_[0]->Restart();
  ASSERT_TRUE(restarted.ok()) << restarted.message();
  ASSERT_TRUE(WaitFor([&] {
    return Find(log_, "redis-0", kReplication).back().data["run_id"] != before;
  }));
  const Observation back = Find(log_, "redis-0", kReachable)[0];
  EXPECT_LE(back.not_before, back.at);
  EXPECT_GE(back.at, away.at);
}

TEST_F(ObserverTest, SaysUpToWhenItWatched) {
  servers_[0]->Kill();
  ASSERT_TRUE(WaitFor([&] { return !Find(log_, "redis-0", kUnreachable).empty(); }));
  const Nanos stopping = MonotonicNow();
  observer_->Stop();
  const auto gone = Find(log_, "redis-0", observation_kind::kClusterInfo);
  const auto here = Find(log_, "redis-1", observation_kind::kClusterInfo);
  ASSERT_EQ(gone.size(), 2U);
  ASSERT_EQ(here.size(), 2U);
  EXPECT_LE(gone[1].at, Find(log_, "redis-0", kUnreachable)[0].at);
  EXPECT_GE(here[1].at, stopping - FromMillis(500));
}

}  // namespace
}  // namespace slotquake
