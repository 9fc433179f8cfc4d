#include "harness/platform/local/control_connections.h"

#include <atomic>
#include <thread>

#include "gtest/gtest.h"
#include "harness/testing/fake_redis.h"

namespace slotquake {
namespace {

constexpr Nanos kLimit = std::chrono::seconds(10);

FakeRedis::Answer Same(const std::vector<std::string>& command) {
  return {.bytes = "+" + command.back() + "\r\n"};
}

TEST(ControlConnectionsTest, WhoAsksAtTheSameTimeGetsTheirOwnAnswers) {
  const FakeRedis server(Same);
  ControlConnections control;
  control.SetAddress("redis-0", server.endpoint());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&control, &wrong, i] {
      for (int k = 0; k < 200; ++k) {
        const std::string word = std::to_string(i) + "_" + std::to_string(k);
        const auto reply = control.Command("redis-0", {"ECHO", word}, kLimit);
        wrong += reply.ok() && reply->text == word ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ControlConnectionsTest, ASlowAnswerKeepsNobodyElseWaiting) {
  const FakeRedis silent([](const auto&) { return FakeRedis::Answer{}; });
  const FakeRedis server(Same);
  ControlConnections control;
  control.SetAddress("redis-0", silent.endpoint());
  control.SetAddress("redis-1", server.endpoint());
  std::atomic<bool> over{false};
  std::thread slow([&] {
    EXPECT_FALSE(control.Command("redis-0", {"PING"}, std::chrono::seconds(2)).ok());
    over = true;
  });
  EXPECT_TRUE(control.Command("redis-1", {"PING"}, kLimit).ok());
  EXPECT_FALSE(over);
  slow.join();
}

TEST(ControlConnectionsTest, ANodeThatMovedIsAskedWhereItIs) {
  const FakeRedis before([](const auto&) { return FakeRedis::Answer{"+before\r\n"}; });
  const FakeRedis after([](const auto&) { return FakeRedis::Answer{"+after\r\n"}; });
  ControlConnections control;
  control.SetAddress("redis-0", before.endpoint());
  EXPECT_EQ(control.Command("redis-0", {"PING"}, kLimit)->text, "before");
  control.SetAddress("redis-0", after.endpoint());
  EXPECT_EQ(control.AddressOf("redis-0"), after.endpoint());
  EXPECT_EQ(control.Command("redis-0", {"PING"}, kLimit)->text, "after");
}

TEST(ControlConnectionsTest, AServerThatHungUpIsConnectedAnewTheNextTime) {
  int asked = 0;
  const FakeRedis server([&asked](const auto&) {
    return ++asked == 2 ? FakeRedis::Answer{.close = true}
                        : FakeRedis::Answer{"+OK\r\n"};
  });
  ControlConnections control;
  control.SetAddress("redis-0", server.endpoint());
  EXPECT_TRUE(control.Command("redis-0", {"PING"}, kLimit).ok());
  EXPECT_FALSE(control.Command("redis-0", {"PING"}, kLimit).ok());
  EXPECT_TRUE(control.Command("redis-0", {"PING"}, kLimit).ok());
}

}  // namespace
}  // namespace slotquake
