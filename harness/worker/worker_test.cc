#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <atomic>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "gtest/gtest.h"
#include "harness/redis/connection.h"
#include "harness/redis/slot.h"
#include "harness/testing/redis_fixture.h"
#include "harness/testing/scripted_server.h"
#include "harness/worker/worker_client.h"
#include "harness/worker/worker_json.h"
#include "harness/worker/worker_metrics.h"
#include "harness/worker/worker_server.h"

namespace slotquake {
namespace {

using nlohmann::json;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() : worker_("client-0") {
    auto server = WorkerServer::Start("127.0.0.1:0", &worker_);
    EXPECT_TRUE(server.ok()) << server.message();
    server_ = std::move(*server);
  }

  Endpoint endpoint() const { return *ParseEndpoint(server_->address()); }
  WorkerClient client() const { return WorkerClient(endpoint()); }

  // The status and the body of a bare request.
  std::pair<int, std::string> Ask(const std::string& method, const std::string& path,
                                  const std::string& body = "") {
    Poco::Net::HTTPClientSession session("127.0.0.1",
                                         static_cast<Poco::UInt16>(endpoint().port));
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    request.setContentLength(static_cast<int>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::ostringstream text;
    text << session.receiveResponse(response).rdbuf();
    return {response.getStatus(), text.str()};
  }

  Worker worker_;
  std::unique_ptr<WorkerServer> server_;
};

TEST_F(WorkerTest, KnowsTheSameClock) {
  const auto estimate = client().EstimateClock();
  ASSERT_TRUE(estimate.ok()) << estimate.message();
  EXPECT_TRUE(estimate->same_clock);
  EXPECT_EQ(estimate->offset, Nanos(0));
  EXPECT_EQ(estimate->bound, Nanos(0));
}

// It is the same clock in truth: the estimate must hold 0 within its bound.
TEST_F(WorkerTest, EstimatesAnotherClock) {
  for (const ClockIdentity& other :
       {ClockIdentity{"another boot", "time:[1]"}, ClockIdentity{}}) {
    const auto estimate = WorkerClient(endpoint(), other).EstimateClock();
    ASSERT_TRUE(estimate.ok()) << estimate.message();
    EXPECT_FALSE(estimate->same_clock);
    EXPECT_GT(estimate->bound, Nanos(0));
    EXPECT_LT(estimate->bound, FromMillis(100));
    EXPECT_LE(std::chrono::abs(estimate->offset), estimate->bound);
  }
}

TEST_F(WorkerTest, ErrorsAreJson) {
  const struct {
    const char* method;
    const char* path;
    const char* body;
    int status;
    const char* text;
  } cases[] = {
      {"GET", "/nothing", "", 404, "there is no /nothing here"},
      {"GET", "/load", "", 405, "/load does not know GET"},
      {"POST", "/load", "{", 400, "parse error"},
      {"POST", "/load", "{}", 400, "key 'kind' not found"},
      {"POST", "/observe", "{\"nodes\": 1}", 400, "error"},
      {"POST", "/observe", "{\"nodes\": [], \"password\": \"\", \"interval_ns\": 0}",
       409, "interval"},
      {"POST", "/load/seeds", "{}", 400, "key 'seeds' not found"},
      {"POST", "/observe/move",
       "{\"name\": \"redis-0\", \"endpoint\": {\"host\": \"h\", \"port\": 1}}", 409,
       "does not observe"},
      {"POST", "/load/stop?load=7", "", 409, "there is no load 7"},
      {"POST", "/load/stop?load=x", "", 409, "there is no load -1"},
      {"GET", "/history", "", 409, "there is no load -1"},
  };
  for (const auto& c : cases) {
    const auto [status, body] = Ask(c.method, c.path, c.body);
    EXPECT_EQ(status, c.status) << c.path;
    const json answer = json::parse(body, nullptr, false);
    ASSERT_TRUE(answer.contains("error")) << body;
    EXPECT_TRUE(Has(answer["error"], c.text)) << body;
  }
}

TEST_F(WorkerTest, ObservesOnce) {
  ObserverOptions options;
  options.nodes = {{"redis-0", {"127.0.0.1", RedisServer::FreePort()}}};
  ASSERT_TRUE(client().StartObserving(options).ok());
  EXPECT_TRUE(client().StartObserving(options).ok()) << "the same changes nothing";
  ObserverOptions others = options;
  others.interval = FromMillis(5);
  EXPECT_TRUE(Has(client().StartObserving(others).message(), "observes already"));
  ASSERT_TRUE(WaitFor([&] { return worker_.observations().size() > 0; }));
  ASSERT_TRUE(client().StopObserving().ok());
  const auto observations = client().FetchObservations();
  ASSERT_TRUE(observations.ok()) << observations.message();
  ASSERT_FALSE(observations->empty());
  EXPECT_EQ(observations->front().kind, "unreachable");
  EXPECT_EQ(observations->front().node, "redis-0");
  EXPECT_GT(observations->front().at, Nanos(0));
  EXPECT_EQ(client().FetchObservations()->size(), observations->size());
  const auto [status, body] = Ask("GET", "/observations?from=0&limit=0");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(body, "{\"end\":" + std::to_string(observations->size()) + "}\n");
  EXPECT_EQ(Ask("GET", "/observations?from=x").first, 409);
  EXPECT_TRUE(client().StartObserving(others).ok()) << "again, after a stop";
}

TEST_F(WorkerTest, ALoadThatCannotStartIsAnError) {
  LoadConfig config;
  config.seeds = {{"127.0.0.1", RedisServer::FreePort()}};
  config.keys = {{"hits", 4994}};
  const auto id = client().StartLoad(config);
  ASSERT_FALSE(id.ok());
  EXPECT_TRUE(Has(id.message(), "POST /load: cannot start the load")) << id.message();
  EXPECT_TRUE(client().GetStatus()->loads.empty());
}

TEST_F(WorkerTest, QuitsAfterTheAnswer) {
  EXPECT_FALSE(server_->quit_requested());
  EXPECT_TRUE(client().Quit().ok());
  EXPECT_TRUE(WaitFor([&] { return server_->quit_requested(); }));
}

TEST(WorkerClientTest, SaysWhichWorkerDoesNotAnswer) {
  const Endpoint nobody{"127.0.0.1", RedisServer::FreePort()};
  const WorkerClient client(nobody, OwnClockIdentity(), Nanos(0));
  EXPECT_TRUE(Has(client.Quit().message(), ToString(nobody) + ": POST /quit"));
  EXPECT_FALSE(client.EstimateClock().ok());
  EXPECT_FALSE(client.FetchHistory(0).ok());
}

// Whole for HTTP, but not for us: nothing less than all of it will do.
TEST(WorkerClientTest, RefusesWhatIsCutShort) {
  for (const std::string body :
       {"", "SQHIST01",
        "{\"at_ns\":1,\"not_before_ns\":1,\"source\":\"poll\",\"node\":"
        "\"n\",\"kind\":\"gap\",\"data\":{}}\n",
        "{\"end\":1}\n"}) {
    ScriptedServer server([&](const std::string&) {
      return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n\r\n" + body;
    });
    const WorkerClient client(server.endpoint(), OwnClockIdentity(), Nanos(0));
    EXPECT_FALSE(client.FetchHistory(0).ok()) << body;
    EXPECT_FALSE(client.FetchObservations().ok()) << body;
    EXPECT_FALSE(client.GetStatus().ok()) << body;
  }
}

// A probe says the same as one made right here.
TEST_F(WorkerTest, Probes) {
  const auto open = client().Probe(endpoint(), std::chrono::seconds(2));
  ASSERT_TRUE(open.ok()) << open.message();
  EXPECT_EQ(*open, "");
  const Endpoint nobody{"127.0.0.1", RedisServer::FreePort()};
  const auto closed = client().Probe(nobody, std::chrono::seconds(2));
  ASSERT_TRUE(closed.ok()) << closed.message();
  EXPECT_EQ(*closed, "connection refused");
}

TEST_F(WorkerTest, CommandsToOneServerDoNotHoldUpThoseToAnother) {
  std::atomic<int> asked = 0;
  std::atomic<bool> answer = false;
  ScriptedServer slow([&](const std::string&) {
    ++asked;
    WaitFor([&] { return answer.load(); });
    return std::string("+LATE\r\n");
  });
  ScriptedServer quick([](const std::string&) { return std::string("+PONG\r\n"); });
  const WorkerClient runner = client();
  std::thread waiting([&] {
    const auto late =
        runner.Command(slow.endpoint(), "", {"PING"}, std::chrono::seconds(20));
    EXPECT_TRUE(late.ok()) << late.message();
  });
  EXPECT_TRUE(WaitFor([&] { return asked == 1; }));
  const auto pong =
      runner.Command(quick.endpoint(), "", {"PING"}, std::chrono::seconds(20));
  EXPECT_FALSE(answer);
  ASSERT_TRUE(pong.ok()) << pong.message();
  EXPECT_EQ(pong->text, "PONG");
  // The same server is asked one thing at a time, and for no longer than asked.
  const auto busy = runner.Command(slow.endpoint(), "", {"PING"}, FromMillis(50));
  EXPECT_TRUE(Has(busy.message(), "still busy")) << busy.message();
  EXPECT_EQ(asked, 1);
  answer = true;
  waiting.join();
}

TEST_F(WorkerTest, AConnectionThatFailedIsMadeAnew) {
  std::atomic<int> asked = 0;
  ScriptedServer server([&](const std::string&) {
    return std::string(++asked == 1 ? "" : ":7\r\n");  // "": it hangs up
  });
  const WorkerClient runner = client();
  const auto broken =
      runner.Command(server.endpoint(), "", {"DBSIZE"}, std::chrono::seconds(2));
  EXPECT_TRUE(Has(broken.message(), "connection closed by the server"))
      << broken.message();
  EXPECT_EQ(asked, 1) << "it was sent once more";
  const auto reply =
      runner.Command(server.endpoint(), "", {"DBSIZE"}, std::chrono::seconds(2));
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->integer, 7);
}

class WorkerWithClusterTest : public WorkerTest {
 protected:
  void SetUp() override {
    auto cluster = RedisCluster::Start(1, 0);
    ASSERT_TRUE(cluster.ok()) << cluster.message();
    cluster_ = std::move(*cluster);
    seed_ = cluster_.nodes[0]->endpoint();
  }

  LoadConfig Config(int index, OperationKind kind, const std::string& prefix) {
    LoadConfig config;
    config.kind = kind;
    config.worker = 1;
    config.index = index;
    config.clients = 4;
    config.seeds = {seed_};
    for (const char* end : {"a", "b", "c"}) {
      config.keys.push_back({prefix + end, SlotOf(prefix + end)});
    }
    return config;
  }

  RedisCluster cluster_;
  Endpoint seed_;
};

TEST_F(WorkerWithClusterTest, TellsTheWholeStory) {
  const WorkerClient runner = client();
  ASSERT_TRUE(runner.StartObserving({{{"redis-0", seed_}}}).ok());
  const Nanos begin = MonotonicNow();
  const auto counters = runner.StartLoad(Config(0, OperationKind::kIncr, "hits:"));
  const auto lists = runner.StartLoad(Config(1, OperationKind::kAppend, "log:"));
  ASSERT_TRUE(counters.ok()) << counters.message();
  ASSERT_TRUE(lists.ok()) << lists.message();
  EXPECT_TRUE(Has(runner.StartLoad(Config(1, OperationKind::kIncr, "x")).message(),
                  "worker 1 and index 1"));
  ASSERT_TRUE(WaitFor([&] {
    const auto status = runner.GetStatus();
    return status.ok() && status->loads[0].acked > 200 && status->loads[1].acked > 200;
  }));
  EXPECT_TRUE(Has(runner.FetchHistory(*counters).message(), "still runs"));
  EXPECT_TRUE(Has(*runner.GetMetrics(), "slotquake_load_running{load=\"1\"} 1"));

  ASSERT_TRUE(runner.StopLoad(*lists).ok());
  EXPECT_TRUE(runner.GetStatus()->loads[0].running);
  EXPECT_FALSE(runner.GetStatus()->loads[1].running);
  ASSERT_TRUE(runner.StopAllLoads().ok());
  ASSERT_TRUE(runner.StopObserving().ok());
  const Nanos end = MonotonicNow();

  // Nor does a load seem to run while somebody fetches what it did.
  ASSERT_TRUE(worker_
                  .UseHistory(*lists,
                              [&](const History&) {
                                EXPECT_FALSE(worker_.status().loads[1].running);
                              })
                  .ok());

  std::map<std::string, std::int64_t> acked;
  std::set<std::int64_t> ids;
  for (const int load : {*counters, *lists}) {
    const auto history = runner.FetchHistory(load);
    ASSERT_TRUE(history.ok()) << history.message();
    for (const Operation& op : history->operations()) {
      EXPECT_TRUE(ids.insert(op.id).second);
      EXPECT_GE(op.invoked, begin);
      EXPECT_LE(op.completed, end);
      EXPECT_EQ(history->NodeOf(op), ToString(seed_));
      if (op.outcome == Outcome::kAcked) ++acked[history->KeyOf(op)];
    }
    EXPECT_EQ(history->operations().size(),
              runner.FetchHistory(load)->operations().size());
  }
  const auto status = runner.GetStatus();
  std::int64_t counted = 0;
  for (const auto& [key, number] : acked) counted += number;
  EXPECT_EQ(counted, status->loads[0].acked + status->loads[1].acked);

  FinalReadConfig read;
  read.seeds = {seed_};
  read.keys = {"hits:a", "hits:b", "hits:c", "absent"};
  const auto values = runner.ReadFinal(read);
  ASSERT_TRUE(values.ok()) << values.message();
  ASSERT_EQ(values->size(), 4U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*values)[i].value, acked[read.keys[i]]);
    EXPECT_EQ((*values)[i].node, ToString(seed_));
  }
  EXPECT_FALSE((*values)[3].value.has_value());
  read.lists = true;
  read.keys = {"log:a"};
  EXPECT_EQ(static_cast<std::int64_t>((*runner.ReadFinal(read))[0].tokens.size()),
            acked["log:a"]);

  const auto observations = runner.FetchObservations();
  ASSERT_TRUE(observations.ok()) << observations.message();
  std::set<std::string> kinds;
  for (const Observation& o : *observations) kinds.insert(o.kind);
  for (const char* kind : {"cluster_info", "view", "replication"}) {
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  }
}

TEST_F(WorkerWithClusterTest, PassesCommandsOn) {
  const WorkerClient runner = client();
  const auto ask = [&](const std::vector<std::string>& command) {
    return runner.Command(seed_, "", command, std::chrono::seconds(5));
  };
  const auto nodes = ask({"CLUSTER", "NODES"});
  ASSERT_TRUE(nodes.ok()) << nodes.message();
  EXPECT_TRUE(Has(nodes->text, "myself,master")) << nodes->text;
  EXPECT_EQ(ask({"CONFIG", "GET", "port"})->elements[1].text,
            std::to_string(seed_.port));
  const std::string bytes("\xff\0\xfe", 3);
  EXPECT_EQ(ask({"SET", "bytes", bytes})->text, "OK");
  EXPECT_EQ(ask({"GET", "bytes"})->text, bytes);
  EXPECT_EQ(ask({"INCR", "bytes"})->type, ReplyType::kError);

  // One connection serves them all, and a server that was started again is asked
  // over a new one.
  const std::int64_t id = ask({"CLIENT", "ID"})->integer;
  EXPECT_GT(id, 0);
  EXPECT_EQ(ask({"CLIENT", "ID"})->integer, id);
  cluster_.nodes[0]->Kill();
  EXPECT_FALSE(ask({"PING"}).ok());
  ASSERT_TRUE(cluster_.nodes[0]->Restart().ok());
  const auto pong = ask({"PING"});
  ASSERT_TRUE(pong.ok()) << pong.message();
  EXPECT_EQ(pong->text, "PONG");
}

// Whatever connects logs in before anything else; without the password nothing works.
TEST_F(WorkerWithClusterTest, LogsIn) {
  auto admin = Connection::Connect(seed_, std::chrono::seconds(2));
  ASSERT_TRUE(admin.ok());
  ASSERT_EQ(admin->Command({"CONFIG", "SET", "requirepass", "secret"})->text, "OK");
  const WorkerClient runner = client();
  const Nanos limit = std::chrono::seconds(2);
  EXPECT_TRUE(runner.Command(seed_, "", {"PING"}, limit)->IsError());
  EXPECT_EQ(runner.Command(seed_, "secret", {"PING"}, limit)->text, "PONG");
  EXPECT_TRUE(
      Has(runner.Command(seed_, "wrong", {"PING"}, limit).message(), "cannot log in"));

  LoadConfig config = Config(0, OperationKind::kAppend, "log:");
  EXPECT_FALSE(runner.StartLoad(config).ok());
  config.password = "secret";
  const auto load = runner.StartLoad(config);
  ASSERT_TRUE(load.ok()) << load.message();
  ASSERT_TRUE(
      runner.StartObserving({{{"redis-0", seed_}}, FromMillis(10), "secret"}).ok());
  ASSERT_TRUE(WaitFor([&] {
    const WorkerStatus status = worker_.status();
    return status.loads[0].acked > 100 && status.nodes[0].reachable;
  }));
  ASSERT_TRUE(runner.StopAllLoads().ok());
  EXPECT_EQ(runner.GetStatus()->loads[0].rejected, 0);

  FinalReadConfig read;
  read.seeds = {seed_};
  read.lists = true;
  read.keys = {"log:a"};
  read.limit = FromMillis(100);
  EXPECT_NE((*runner.ReadFinal(read))[0].error, "");
  read.limit = std::chrono::seconds(5);
  read.password = "secret";
  EXPECT_EQ((*runner.ReadFinal(read))[0].error, "");
  EXPECT_FALSE((*runner.ReadFinal(read))[0].tokens.empty());
}

// Of a cluster that is somewhere else now, the worker is told where.
TEST_F(WorkerWithClusterTest, FollowsAClusterThatHasMoved) {
  const WorkerClient runner = client();
  ASSERT_TRUE(runner.StartObserving({{{"redis-0", seed_}}, FromMillis(10), ""}).ok());
  const auto load = runner.StartLoad(Config(0, OperationKind::kIncr, "hits:"));
  ASSERT_TRUE(load.ok()) << load.message();
  ASSERT_TRUE(WaitFor([&] {
    const WorkerStatus status = worker_.status();
    return status.loads[0].acked > 100 && status.nodes[0].reachable;
  }));
  cluster_.nodes[0]->Kill();
  ASSERT_TRUE(WaitFor([&] { return !worker_.status().nodes[0].reachable; }));
  auto other = RedisCluster::Start(1, 0);
  ASSERT_TRUE(other.ok()) << other.message();
  const Endpoint now = other->nodes[0]->endpoint();
  const std::int64_t acked = worker_.status().loads[0].acked;
  ASSERT_TRUE(runner.AddSeeds({now}).ok());
  const Status moved = runner.MoveObserved({"redis-0", now});
  ASSERT_TRUE(moved.ok()) << moved.message();
  EXPECT_TRUE(Has(runner.MoveObserved({"redis-9", now}).message(), "no node redis-9"));
  EXPECT_TRUE(WaitFor([&] {
    const WorkerStatus status = worker_.status();
    return status.loads[0].acked > acked + 100 && status.nodes[0].reachable;
  }));
  ASSERT_TRUE(runner.MoveObserved({"redis-0", now}).ok()) << "it is there already";
  ASSERT_TRUE(runner.StopAllLoads().ok());
  ASSERT_TRUE(runner.StopObserving().ok());
  int addresses = 0;
  const auto observations = runner.FetchObservations();
  ASSERT_TRUE(observations.ok()) << observations.message();
  for (const Observation& seen : *observations) {
    if (seen.kind != observation_kind::kAddress) continue;
    ++addresses;
    EXPECT_EQ(seen.node, "redis-0");
    EXPECT_EQ(seen.data, (json{{"address", now.host}, {"port", now.port}}));
  }
  EXPECT_EQ(addresses, 1);
  EXPECT_EQ(observations->back().kind, "cluster_info");
}

TEST(WorkerMetricsTest, SaysAllThereIs) {
  WorkerStatus status;
  status.loads = {{0, true, 10, 2, 1, 1'500'000}};
  status.nodes = {{"redis-0", 77, false}};
  status.observations = 5;
  const std::string text = ToPrometheusText(status);
  for (const char* line :
       {"slotquake_operations_total{load=\"0\",outcome=\"acked\"} 10\n",
        "slotquake_operations_total{load=\"0\",outcome=\"rejected\"} 2\n",
        "slotquake_operations_total{load=\"0\",outcome=\"unknown\"} 1\n",
        "slotquake_load_running{load=\"0\"} 1\n",
        "slotquake_last_latency_seconds{load=\"0\"} 0.0015\n",
        "slotquake_polls_total{node=\"redis-0\"} 77\n",
        "slotquake_node_reachable{node=\"redis-0\"} 0\n",
        "slotquake_observations_total 5\n"}) {
    EXPECT_TRUE(Has(text, line)) << line << text;
  }
}

}  // namespace
}  // namespace slotquake
