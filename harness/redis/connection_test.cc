#include "harness/redis/connection.h"

#include "gtest/gtest.h"
#include "harness/testing/fake_redis.h"

namespace slotquake {
namespace {

using Answer = FakeRedis::Answer;
constexpr Nanos kTimeout = std::chrono::milliseconds(200);

// What a connection makes of one answer to one command.
struct Outcomes {
  Result<Reply> reply;
  IoFailure failure;
};

Outcomes AskOnce(const Answer& answer) {
  const FakeRedis server([answer](const auto&) { return answer; });
  auto connection = Connection::Connect(server.endpoint(), kTimeout);
  EXPECT_TRUE(connection.ok()) << connection.message();
  Result<Reply> reply = connection->Command({"PING"});
  return {std::move(reply), connection->last_failure()};
}

TEST(ConnectionTest, ReadsEveryTypeOfReply) {
  const auto [reply, failure] = AskOnce(
      {.bytes = "*6\r\n+OK\r\n-ERR no\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*1\r\n*0\r\n"});
  EXPECT_EQ(failure, IoFailure::kNone);
  ASSERT_TRUE(reply.ok()) << reply.message();
  ASSERT_EQ(reply->elements.size(), 6u);
  EXPECT_EQ(reply->elements[0].type, ReplyType::kStatus);
  EXPECT_TRUE(reply->elements[1].IsError());
  EXPECT_EQ(reply->elements[1].text, "ERR no");
  EXPECT_EQ(reply->elements[2].integer, -7);
  EXPECT_EQ(reply->elements[3].text, "a\r\n");
  EXPECT_EQ(reply->elements[4].type, ReplyType::kNil);
  ASSERT_EQ(reply->elements[5].elements.size(), 1u);
  EXPECT_EQ(reply->elements[5].elements[0].type, ReplyType::kArray);
}

TEST(ConnectionTest, ALongReplyComesInManyReads) {
  const std::string text(1'000'000, 'x');
  const auto [reply, failure] = AskOnce({.bytes = "$1000000\r\n" + text + "\r\n"});
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->text, text);
}

TEST(ConnectionTest, SaysHowItFailed) {
  EXPECT_EQ(AskOnce({}).failure, IoFailure::kTimeout);
  EXPECT_EQ(AskOnce({.bytes = "$5\r\nab"}).failure, IoFailure::kTimeout);
  EXPECT_EQ(AskOnce({.close = true}).failure, IoFailure::kClosed);
  EXPECT_EQ(AskOnce({.bytes = ":1", .close = true}).failure, IoFailure::kClosed);
  EXPECT_EQ(AskOnce({.bytes = "?\r\n"}).failure, IoFailure::kProtocol);
}

TEST(ConnectionTest, IsOfNoMoreUseAfterAFailure) {
  const FakeRedis server([](const auto&) { return Answer{}; });
  auto connection = Connection::Connect(server.endpoint(), kTimeout);
  ASSERT_TRUE(connection.ok());
  EXPECT_FALSE(connection->Command({"PING"}).ok());
  EXPECT_FALSE(connection->usable());
  EXPECT_FALSE(connection->Command({"PING"}).ok());
  EXPECT_EQ(connection->last_failure(), IoFailure::kNotSent);
  EXPECT_FALSE(connection->usable());
}

TEST(ConnectionTest, NoticesThatTheServerHungUp) {
  auto server = std::make_unique<FakeRedis>(
      [](const auto&) { return Answer{.bytes = "+PONG\r\n"}; });
  auto connection = Connection::Connect(server->endpoint(), kTimeout);
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE(connection->Command({"PING"}).ok());
  EXPECT_FALSE(connection->IsStale());
  server.reset();
  EXPECT_TRUE(connection->IsStale());
}

TEST(ConnectionTest, LogsInBeforeAnythingElse) {
  std::vector<std::string> seen;
  const FakeRedis server([&](const auto& command) {
    seen.push_back(command[0]);
    if (command[0] != "AUTH") return Answer{.bytes = "+PONG\r\n"};
    return Answer{.bytes = command[1] == "secret" ? "+OK\r\n" : "-WRONGPASS no\r\n"};
  });
  auto connection = Connection::Connect(server.endpoint(), kTimeout, "secret");
  ASSERT_TRUE(connection.ok()) << connection.message();
  EXPECT_EQ(connection->Command({"PING"})->text, "PONG");
  EXPECT_EQ(seen, (std::vector<std::string>{"AUTH", "PING"}));
  const auto refused = Connection::Connect(server.endpoint(), kTimeout, "wrong");
  EXPECT_NE(refused.message().find("cannot log in"), std::string::npos);
  EXPECT_NE(refused.message().find("WRONGPASS"), std::string::npos);
}

TEST(ConnectionTest, NobodyListening) {
  Endpoint gone;
  {
    const FakeRedis server([](const auto&) { return Answer{}; });
    gone = server.endpoint();
  }
  const auto connection = Connection::Connect(gone, kTimeout);
  ASSERT_FALSE(connection.ok());
  EXPECT_NE(connection.message().find("Connection refused"), std::string::npos);
}

TEST(ConnectionTest, BatchesKeepTheirOrder) {
  int count = 0;
  const FakeRedis server([&](const auto&) {
    return Answer{.bytes = ":" + std::to_string(count++) + "\r\n"};
  });
  auto connection = Connection::Connect(server.endpoint(), kTimeout);
  ASSERT_TRUE(connection.ok());
  std::string commands;
  for (int i = 0; i < 500; ++i) commands += FormatCommand({"INCR", "hits"});
  const auto replies = connection->Batch(commands, 500);
  ASSERT_TRUE(replies.ok()) << replies.message();
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ((*replies)[i].integer, static_cast<std::int64_t>(i));
  }
}

}  // namespace
}  // namespace slotquake
