#include "harness/hit_counter/hit_counter_app.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <istream>
#include <iterator>
#include <map>

#include "Poco/Net/HTTPClientSession.h"
#include "Poco/Net/HTTPRequest.h"
#include "Poco/Net/HTTPResponse.h"
#include "gtest/gtest.h"
#include "harness/hit_counter/hit_page.h"
#include "harness/load/load.h"
#include "harness/redis/connection.h"
#include "harness/redis/slot.h"
#include "harness/testing/fake_redis.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

struct Response {
  int status = 0;
  std::string node;
  std::string text;
};

Response Get(int port, const std::string& path, const std::string& method = "GET") {
  Poco::Net::HTTPClientSession session("127.0.0.1", static_cast<Poco::UInt16>(port));
  Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  std::istream& body = session.receiveResponse(response);
  return {response.getStatus(), response.get(kNodeHeader, ""),
          std::string(std::istreambuf_iterator<char>(body), {})};
}

HitCounterOptions Options(const Endpoint& seed) {
  HitCounterOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  options.seeds = {seed};
  options.timeout_ms = 100;
  options.connect_timeout_ms = 100;
  return options;
}

// What the app answers when the cluster gives `answer` to INCR.
Response GetWith(const FakeRedis::Answer& answer) {
  const FakeRedis redis([&](const std::vector<std::string>& command) {
    return command[0] == "CLUSTER" ? FakeRedis::Answer{.all_slots = true} : answer;
  });
  HitCounterApp app(Options(redis.endpoint()));
  EXPECT_TRUE(app.Start().ok());
  Response response = Get(app.port(), "/");
  EXPECT_EQ(response.node, ToString(redis.endpoint()));
  return response;
}

TEST(HitCounterAppTest, CertainlyNotCountedIs503WithTheReason) {
  const Response response = GetWith({.bytes = "-CLUSTERDOWN Hash slot not served\r\n"});
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(response.text.find("CLUSTERDOWN Hash slot not served"), std::string::npos);
}

TEST(HitCounterAppTest, WhatNobodyCanKnowIs504) {
  EXPECT_EQ(GetWith({}).status, 504);
  EXPECT_EQ(GetWith({.close = true}).status, 504);
  EXPECT_EQ(GetWith({.bytes = "-ERR upstream failure\r\n"}).status, 504);
}

TEST(HitCounterAppTest, AClusterOutOfReachIs503) {
  HitCounterApp app(Options({"127.0.0.1", RedisServer::FreePort()}));
  ASSERT_TRUE(app.Start().ok());
  EXPECT_EQ(Get(app.port(), "/").status, 503);
  EXPECT_EQ(Get(app.port(), "/healthz").status, 200);
}

TEST(HitCounterAppTest, AnAddressInUseIsAnError) {
  const FakeRedis redis([](const auto&) { return FakeRedis::Answer{}; });
  HitCounterOptions options = Options(redis.endpoint());
  options.port = redis.endpoint().port;
  EXPECT_FALSE(HitCounterApp(options).Start().ok());
  options.seeds.clear();
  options.port = 0;
  EXPECT_FALSE(HitCounterApp(options).Start().ok());
}

TEST(HitCounterAppTest, StopsCleanlyOnSigterm) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    // RunHitCounter blocks the signal first of all, so it can not come too early
    // once the port answers.
    HitCounterOptions options = Options({"127.0.0.1", 1});
    options.port = RedisServer::FreePort();
    [[maybe_unused]] const ssize_t sent =
        write(ready[1], &options.port, sizeof options.port);
    _exit(RunHitCounter(options).ok() ? 0 : 1);
  }
  int port = 0;
  ASSERT_EQ(read(ready[0], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  close(ready[0]);
  close(ready[1]);
  EXPECT_TRUE(WaitFor([&] {
    return Connection::Connect({"127.0.0.1", port}, std::chrono::seconds(1)).ok();
  }));
  kill(child, SIGTERM);
  int status = 0;
  EXPECT_TRUE(WaitFor([&] { return waitpid(child, &status, WNOHANG) == child; }));
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// With a real cluster of one node that owns all slots.
class HitCounterClusterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = RedisCluster::Start(1, 0);
    ASSERT_TRUE(started.ok()) << started.message();
    cluster_ = new RedisCluster(std::move(*started));
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }
  void SetUp() override {
    app_ = std::make_unique<HitCounterApp>(Options(Node().endpoint()));
    ASSERT_TRUE(app_->Start().ok());
    ASSERT_FALSE(Ask({"FLUSHALL"}).IsError());
  }

  static RedisServer& Node() { return *cluster_->nodes[0]; }
  static Reply Ask(const std::vector<std::string>& command) {
    auto connection = Connection::Connect(Node().endpoint(), std::chrono::seconds(2));
    return connection.ok() ? *connection->Command(command) : Reply();
  }

  LoadConfig HttpConfig() {
    LoadConfig config;
    config.kind = OperationKind::kHttpHit;
    config.clients = 3;
    config.timeout = std::chrono::milliseconds(400);
    config.http = {"127.0.0.1", app_->port()};
    config.keys = {{"hits", SlotOf("hits")}, {"hits:a b&c", SlotOf("hits:a b&c")}};
    return config;
  }

  std::unique_ptr<HitCounterApp> app_;
  static RedisCluster* cluster_;
};

RedisCluster* HitCounterClusterTest::cluster_ = nullptr;

TEST_F(HitCounterClusterTest, CountsPagesApart) {
  EXPECT_EQ(Get(app_->port(), "/").text, "I have been hit 1 times since deployment.");
  const Response second = Get(app_->port(), "/");
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.text, "I have been hit 2 times since deployment.");
  EXPECT_EQ(second.node, ToString(Node().endpoint()));
  EXPECT_EQ(Get(app_->port(), "/?page=home").text,
            "I have been hit 1 times since deployment.");
  EXPECT_EQ(Ask({"GET", "hits"}).text, "2");
  EXPECT_EQ(Ask({"GET", "hits:home"}).text, "1");
}

TEST_F(HitCounterClusterTest, OtherRequestsCountNothing) {
  EXPECT_EQ(Get(app_->port(), "/", "POST").status, 405);
  EXPECT_EQ(Get(app_->port(), "/favicon.ico").status, 404);
  EXPECT_EQ(Get(app_->port(), "/healthz").status, 200);
  const Response metrics = Get(app_->port(), "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.text.find("hit_counter_hits_total{outcome=\"acked\"} 0"),
            std::string::npos)
      << metrics.text;
  EXPECT_EQ(Ask({"GET", "hits"}).type, ReplyType::kNil);
}

TEST_F(HitCounterClusterTest, HttpLoadCountsWhatTheCountersSay) {
  const auto load = MakeLoad(HttpConfig());
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 300; }));
  load->Stop();
  const History history = load->TakeHistory();
  std::map<std::string, std::int64_t> highest;
  std::map<std::string, std::int64_t> count;
  for (const Operation& op : history.operations()) {
    EXPECT_EQ(op.outcome, Outcome::kAcked) << history.ErrorOf(op);
    EXPECT_EQ(op.kind, OperationKind::kHttpHit);
    EXPECT_EQ(history.NodeOf(op), ToString(Node().endpoint()));
    EXPECT_EQ(op.slot, SlotOf(history.KeyOf(op)));
    ++count[history.KeyOf(op)];
    highest[history.KeyOf(op)] = std::max(highest[history.KeyOf(op)], op.value);
  }
  for (const std::string key : {"hits", "hits:a b&c"}) {
    EXPECT_EQ(Ask({"GET", key}).text, std::to_string(count[key]));
    EXPECT_EQ(highest[key], count[key]);
  }
}

TEST_F(HitCounterClusterTest, HttpLoadTellsRejectedFromUnknown) {
  const auto load = MakeLoad(HttpConfig());
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 20; }));
  Node().Pause();
  EXPECT_TRUE(WaitFor([&] { return load->counters().unknown >= 3; }));
  EXPECT_EQ(load->counters().rejected, 0);
  Node().Resume();
  const std::int64_t acked = load->counters().acked;
  EXPECT_TRUE(WaitFor([&] { return load->counters().acked >= acked + 20; }));
  app_->Stop();
  EXPECT_TRUE(WaitFor([&] { return load->counters().rejected >= 5; }));
  load->Stop();
  const History history = load->TakeHistory();
  EXPECT_EQ(
      load->counters().acked + load->counters().rejected + load->counters().unknown,
      static_cast<std::int64_t>(history.operations().size()));
  for (const Operation& op : history.operations()) {
    if (op.outcome == Outcome::kRejected) {
      EXPECT_NE(history.ErrorOf(op).find("refused"), std::string::npos)
          << history.ErrorOf(op);
    }
  }
}

}  // namespace
}  // namespace slotquake
