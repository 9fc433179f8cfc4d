#include "harness/hit_counter/cluster_client.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "gtest/gtest.h"
#include "harness/testing/fake_redis.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

using Answer = FakeRedis::Answer;
constexpr Nanos kTimeout = std::chrono::milliseconds(100);

FakeRedis::Script Owner(std::function<Answer(const std::vector<std::string>&)> answer) {
  return [answer = std::move(answer)](const std::vector<std::string>& command) {
    if (command[0] == "CLUSTER") return Answer{.all_slots = true};
    return answer(command);
  };
}

Hit HitOn(const FakeRedis& server) {
  return ClusterClient({server.endpoint()}, kTimeout, kTimeout).Increment("hits");
}

TEST(ClusterClientTest, CountsAndNamesTheNode) {
  const FakeRedis server(Owner([](const auto&) { return Answer{.bytes = ":3\r\n"}; }));
  const Hit hit = HitOn(server);
  EXPECT_EQ(hit.outcome, Outcome::kAcked);
  EXPECT_EQ(hit.value, 3);
  EXPECT_EQ(hit.node, ToString(server.endpoint()));
  EXPECT_EQ(hit.attempts, 1);
}

// Each connection logs in by itself; who did not is refused.
TEST(ClusterClientTest, LogsIn) {
  std::atomic<bool> logged_in{false};
  const FakeRedis server([&](const std::vector<std::string>& command) {
    if (command[0] == "AUTH") {
      logged_in = command[1] == "secret";
      return Answer{.bytes = logged_in ? "+OK\r\n" : "-WRONGPASS\r\n"};
    }
    if (!logged_in) return Answer{.bytes = "-NOAUTH\r\n"};
    if (command[0] == "CLUSTER") return Answer{.all_slots = true};
    return Answer{.bytes = ":3\r\n"};
  });
  EXPECT_EQ(HitOn(server).outcome, Outcome::kRejected);
  const Hit hit = ClusterClient({server.endpoint()}, kTimeout, kTimeout, "secret")
                      .Increment("hits");
  EXPECT_EQ(hit.outcome, Outcome::kAcked) << hit.error;
}

// CLUSTER SLOTS: each of the servers has an equal share.
std::string SlotsOf(const std::vector<Endpoint>& owners) {
  const int count = static_cast<int>(owners.size());
  std::string reply = "*" + std::to_string(count) + "\r\n";
  for (int i = 0; i < count; ++i) {
    const int first = 16384 * i / count;
    const int last = 16384 * (i + 1) / count - 1;
    reply += "*3\r\n:" + std::to_string(first) + "\r\n:" + std::to_string(last) +
             "\r\n*2\r\n$9\r\n127.0.0.1\r\n:" +
             std::to_string(owners[static_cast<std::size_t>(i)].port) + "\r\n";
  }
  return reply;
}

// The only seed leads to whoever lives, as a service's address does.
TEST(ClusterClientTest, FindsAClusterThatHasLeftAllItsAddresses) {
  std::vector<std::unique_ptr<FakeRedis>> nodes;
  std::vector<Endpoint> at;
  const auto begin_anew = [&](const char* value) {
    nodes.clear();
    std::vector<Endpoint> now;
    for (int i = 0; i < 3; ++i) {
      nodes.push_back(
          std::make_unique<FakeRedis>(Owner([bytes = std::string(value)](const auto&) {
            return Answer{.bytes = bytes};
          })));
      now.push_back(nodes.back()->endpoint());
    }
    at = now;
  };
  begin_anew(":1\r\n");
  std::atomic<bool> leads_nowhere{false};
  const FakeRedis service([&](const auto&) {
    if (leads_nowhere) return Answer{.close = true};
    return Answer{.bytes = SlotsOf(at)};
  });
  ClusterClient client({service.endpoint()}, kTimeout, kTimeout);
  ASSERT_EQ(client.Increment("hits").outcome, Outcome::kAcked);
  // The service itself is out of order for a while.
  leads_nowhere = true;
  begin_anew(":2\r\n");
  for (int i = 0; i < 5; ++i) EXPECT_NE(client.Increment("hits").value, 2);
  leads_nowhere = false;
  Hit hit;
  EXPECT_TRUE(WaitFor([&] {
    hit = client.Increment("hits");
    return hit.outcome == Outcome::kAcked;
  }));
  EXPECT_EQ(hit.value, 2);
}

TEST(ClusterClientTest, FollowsMovedAndRemembersIt) {
  const FakeRedis target(Owner([](const auto&) { return Answer{.bytes = ":3\r\n"}; }));
  const std::string moved = "-MOVED 4994 " + ToString(target.endpoint()) + "\r\n";
  const FakeRedis source(Owner([&](const auto&) { return Answer{.bytes = moved}; }));
  ClusterClient client({source.endpoint()}, kTimeout, kTimeout);
  const Hit hit = client.Increment("hits");
  EXPECT_EQ(hit.outcome, Outcome::kAcked);
  EXPECT_EQ(hit.node, ToString(target.endpoint()));
  EXPECT_EQ(hit.attempts, 2);
}

TEST(ClusterClientTest, FollowsAskWithAsking) {
  std::atomic<bool> asked{false};
  const FakeRedis target(Owner([&](const std::vector<std::string>& command) {
    if (command[0] == "ASKING") {
      asked = true;
      return Answer{.bytes = "+OK\r\n"};
    }
    return Answer{.bytes = asked ? ":9\r\n" : "-READONLY\r\n"};
  }));
  const std::string ask = "-ASK 4994 " + ToString(target.endpoint()) + "\r\n";
  const FakeRedis source(Owner([&](const auto&) { return Answer{.bytes = ask}; }));
  const Hit hit = HitOn(source);
  EXPECT_EQ(hit.outcome, Outcome::kAcked);
  EXPECT_EQ(hit.value, 9);
}

TEST(ClusterClientTest, ARingOfRedirectsIsARejection) {
  std::string moved;
  const FakeRedis server(Owner([&](const auto&) { return Answer{.bytes = moved}; }));
  moved = "-MOVED 4994 " + ToString(server.endpoint()) + "\r\n";
  const Hit hit = HitOn(server);
  EXPECT_EQ(hit.outcome, Outcome::kRejected);
  EXPECT_EQ(hit.attempts, 6);
}

TEST(ClusterClientTest, NeverRepeatsWhatMayHaveBeenExecuted) {
  for (const Answer& answer :
       {Answer{.close = true}, Answer{}, Answer{.bytes = ":1", .close = true},
        Answer{.bytes = "what?\r\n"}, Answer{.bytes = "-ERR upstream failure\r\n"},
        Answer{.bytes = "+OK\r\n"}}) {
    std::atomic<int> increments{0};
    const FakeRedis server(Owner([&](const auto&) {
      ++increments;
      return answer;
    }));
    const Hit hit = HitOn(server);
    EXPECT_EQ(hit.outcome, Outcome::kUnknown);
    EXPECT_FALSE(hit.error.empty());
    EXPECT_EQ(increments, 1);
  }
}

TEST(ClusterClientTest, ARefusalIsARejection) {
  const FakeRedis server(Owner([](const auto&) {
    return Answer{.bytes = "-CLUSTERDOWN The cluster is down\r\n"};
  }));
  const Hit hit = HitOn(server);
  EXPECT_EQ(hit.outcome, Outcome::kRejected);
  EXPECT_EQ(hit.error, "CLUSTERDOWN The cluster is down");
}

TEST(ClusterClientTest, AClusterOutOfReachIsARejection) {
  std::optional<FakeRedis> server(
      std::in_place, Owner([](const auto&) { return Answer{.bytes = ":1\r\n"}; }));
  const Endpoint gone = server->endpoint();
  ClusterClient client({gone}, kTimeout, kTimeout);
  EXPECT_EQ(client.Increment("hits").outcome, Outcome::kAcked);
  server.reset();
  const Hit refused = client.Increment("hits");
  EXPECT_EQ(refused.outcome, Outcome::kRejected) << refused.error;
  EXPECT_EQ(refused.node, ToString(gone));
  const Hit none = ClusterClient({gone}, kTimeout, kTimeout).Increment("hits");
  EXPECT_EQ(none.outcome, Outcome::kRejected);
  EXPECT_NE(none.error, "");
}

TEST(ClusterClientTest, AKeptConnectionThatTheServerClosedIsOpenedAgain) {
  // Hangs up after each answer, as a server that restarts between two hits.
  const FakeRedis server(
      Owner([](const auto&) { return Answer{.bytes = ":1\r\n", .close = true}; }));
  ClusterClient client({server.endpoint()}, kTimeout, kTimeout);
  int acked = 0;
  for (int i = 0; i < 20; ++i) {
    acked += client.Increment("hits").outcome == Outcome::kAcked ? 1 : 0;
  }
  EXPECT_GE(acked, 15);
}

TEST(ClusterClientTest, GoesOnToTheNewOwnerWhenTheOldOneRefusesTheConnection) {
  const FakeRedis successor(
      Owner([](const auto&) { return Answer{.bytes = ":8\r\n"}; }));
  std::optional<FakeRedis> victim(
      std::in_place, Owner([](const auto&) { return Answer{.bytes = ":7\r\n"}; }));
  // The victim is asked first, and owns all slots until it is gone.
  ClusterClient client({victim->endpoint(), successor.endpoint()}, kTimeout, kTimeout);
  EXPECT_EQ(client.Increment("hits").value, 7);
  victim.reset();
  Hit hit;
  EXPECT_TRUE(WaitFor([&] {  // the map is asked for every 20 ms at most
    hit = client.Increment("hits");
    return hit.outcome == Outcome::kAcked;
  }));
  EXPECT_EQ(hit.value, 8);
  EXPECT_EQ(hit.node, ToString(successor.endpoint()));
}

}  // namespace
}  // namespace slotquake
