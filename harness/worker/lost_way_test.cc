// The way from the runner to a worker breaks at chosen moments.
#include <atomic>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/redis/slot.h"
#include "harness/testing/cutting_proxy.h"
#include "harness/testing/redis_fixture.h"
#include "harness/testing/scripted_server.h"
#include "harness/worker/worker_client.h"
#include "harness/worker/worker_json.h"
#include "harness/worker/worker_server.h"

namespace slotquake {
namespace {

std::string Bytes(const History& history) {
  std::ostringstream out;
  history.Write(out);
  return out.str();
}

class LostWayTest : public testing::Test {
 protected:
  void SetUp() override {
    auto cluster = RedisCluster::Start(1, 0);
    ASSERT_TRUE(cluster.ok()) << cluster.message();
    cluster_ = std::move(*cluster);
    seed_ = cluster_.nodes[0]->endpoint();
    auto server = WorkerServer::Start("127.0.0.1:0", &worker_);
    ASSERT_TRUE(server.ok()) << server.message();
    server_ = std::move(*server);
    direct_.emplace(*ParseEndpoint(server_->address()));
    proxy_.emplace(*ParseEndpoint(server_->address()));
    // As over a tunnel: each call asks where the worker is to be reached now.
    broken_.emplace([this] {
      ++asked_where_;
      return Result<Endpoint>(proxy_->endpoint());
    });
  }

  LoadConfig Config(int index = 0) const {
    LoadConfig config;
    config.worker = 3;
    config.index = index;
    config.clients = 4;
    config.seeds = {seed_};
    config.keys = {{"hits", SlotOf("hits")}};
    return config;
  }

  // Starts a load, has it do something, and stops it, all over the broken way.
  int RunLoad(int index) {
    proxy_->CutNext(0);
    const auto load = broken_->StartLoad(Config(index));
    EXPECT_TRUE(load.ok()) << load.message();
    if (!load.ok()) return -1;
    EXPECT_TRUE(WaitFor([&] {
      return worker_.status().loads[static_cast<std::size_t>(*load)].acked > 3000;
    }));
    proxy_->CutNext(0);
    const Status stopped = broken_->StopLoad(*load);
    EXPECT_TRUE(stopped.ok()) << stopped.message();
    return *load;
  }

  RedisCluster cluster_;
  Endpoint seed_;
  Worker worker_{"client-3"};
  std::unique_ptr<WorkerServer> server_;
  std::atomic<int> asked_where_ = 0;
  std::optional<CuttingProxy> proxy_;
  std::optional<WorkerClient> direct_;
  std::optional<WorkerClient> broken_;
};

TEST_F(LostWayTest, TheHistoryIsWholeAndTheSame) {
  const int load = RunLoad(0);
  const auto straight = direct_->FetchHistory(load);
  ASSERT_TRUE(straight.ok()) << straight.message();
  ASSERT_GT(straight->operations().size(), 3000U);
  const std::string bytes = Bytes(*straight);
  const int cuts = proxy_->cuts();
  asked_where_ = 0;
  proxy_->CutNext(CuttingProxy::kAtOnce);
  proxy_->CutNext(0);
  proxy_->CutNext(100);
  proxy_->CutNext(bytes.size() / 2);
  proxy_->CutNext(bytes.size() - 1);
  const auto history = broken_->FetchHistory(load);
  ASSERT_TRUE(history.ok()) << history.message();
  EXPECT_EQ(proxy_->cuts() - cuts, 5) << "nothing was cut: this proves nothing";
  EXPECT_EQ(asked_where_, 6);
  EXPECT_TRUE(Bytes(*history) == bytes);
}

// The answer is lost, not the request: what was asked for is done once.
TEST_F(LostWayTest, ALostAnswerStartsNothingTwice) {
  EXPECT_EQ(RunLoad(0), 0);
  EXPECT_EQ(RunLoad(1), 1);
  EXPECT_EQ(worker_.status().loads.size(), 2U);
  EXPECT_EQ(proxy_->cuts(), 4);

  const ObserverOptions options{{{"redis-0", seed_}}, FromMillis(10), ""};
  for (const std::size_t cut : {std::size_t{0}, CuttingProxy::kAtOnce}) {
    proxy_->CutNext(cut);
    EXPECT_TRUE(broken_->StartObserving(options).ok());
    EXPECT_TRUE(worker_.status().observing);
    proxy_->CutNext(cut);
    EXPECT_TRUE(broken_->StopObserving().ok());
    EXPECT_FALSE(worker_.status().observing);
  }

  FinalReadConfig read;
  read.seeds = {seed_};
  read.keys = {"hits", "absent"};
  proxy_->CutNext(20);
  const auto values = broken_->ReadFinal(read);
  ASSERT_TRUE(values.ok()) << values.message();
  ASSERT_EQ(values->size(), 2U);
  EXPECT_GT((*values)[0].value, 6000);
  proxy_->CutNext(150);
  EXPECT_EQ(broken_->GetStatus()->loads.size(), 2U);
  proxy_->CutNext(0);
  EXPECT_EQ(*broken_->Probe(seed_, std::chrono::seconds(1)), "");
  proxy_->CutNext(0);
  EXPECT_TRUE(broken_->EstimateClock()->same_clock);
  EXPECT_EQ(proxy_->cuts(), 12);
}

TEST_F(LostWayTest, CommandsThatChangeSomethingAreSentOnce) {
  ASSERT_TRUE(broken_->EstimateClock(1).ok());
  const std::size_t clock = proxy_->passed();  // bytes of the look before a command
  const auto command = [&](const char* word, Again again) {
    return broken_->Command(seed_, "", {word, "n"}, std::chrono::seconds(2), again);
  };
  // Lost before it was sent: sent again.
  proxy_->CutNext(CuttingProxy::kAtOnce);
  proxy_->CutNext(0);
  const auto first = command("INCR", Again::kIfUnsent);
  ASSERT_TRUE(first.ok()) << first.message();
  EXPECT_EQ(first->integer, 1);
  // The answer is lost: nobody knows, so it is not sent again.
  const int connections = proxy_->connections();
  proxy_->CutNext(clock + 1);
  EXPECT_FALSE(command("INCR", Again::kIfUnsent).ok());
  EXPECT_EQ(proxy_->connections(), connections + 1);
  EXPECT_EQ(direct_->Command(seed_, "", {"GET", "n"}, std::chrono::seconds(2))->text,
            "2");
  // But what only reads is.
  proxy_->CutNext(1);
  const auto value = command("GET", Again::kAlways);
  ASSERT_TRUE(value.ok()) << value.message();
  EXPECT_EQ(value->text, "2");
  EXPECT_EQ(proxy_->cuts(), 4);
}

TEST_F(LostWayTest, AnotherInstanceIsAnotherWorker) {
  const std::string instance = direct_->GetStatus()->instance;
  EXPECT_EQ(instance.size(), 32U);
  EXPECT_EQ(direct_->GetStatus()->instance, instance);
  const Worker restarted("client-3");
  EXPECT_NE(restarted.status().instance, instance);
}

// The part that was cut is asked for again, those before it are not.
TEST(LostObservationsTest, AreAskedForFromWhereTheyWereCut) {
  constexpr int kAll = 25'000;
  std::vector<std::string> asked;
  ScriptedServer server([&](const std::string& request) {
    asked.push_back(request.substr(0, request.find(" HTTP")));
    const int from = std::atoi(request.c_str() + request.find("from=") + 5);
    const int limit = std::atoi(request.c_str() + request.find("limit=") + 6);
    std::string body;
    for (int i = from; i < std::min(kAll, from + limit); ++i) {
      Observation seen;
      seen.at = Nanos(i);
      seen.kind = "gap";
      body += nlohmann::json(seen).dump() + "\n";
    }
    body += "{\"end\":" + std::to_string(kAll) + "}\n";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  });
  CuttingProxy proxy(server.endpoint());
  const WorkerClient client(proxy.endpoint());
  proxy.CutNext(std::size_t{1} << 40);  // the first part is whole
  proxy.CutNext(5000);
  const auto observations = client.FetchObservations();
  ASSERT_TRUE(observations.ok()) << observations.message();
  EXPECT_EQ(proxy.cuts(), 1);
  ASSERT_EQ(observations->size(), static_cast<std::size_t>(kAll));
  for (int i = 0; i < kAll; ++i) {
    ASSERT_EQ((*observations)[static_cast<std::size_t>(i)].at, Nanos(i));
  }
  EXPECT_EQ(asked, (std::vector<std::string>{
                       "GET /observations?from=0&limit=10000",
                       "GET /observations?from=10000&limit=10000",
                       "GET /observations?from=10000&limit=10000",
                       "GET /observations?from=20000&limit=10000",
                   }));
}

TEST(LostWorkerTest, IsLookedForOnlyOnce) {
  const Endpoint nobody{"127.0.0.1", RedisServer::FreePort()};
  std::atomic<int> asked_where = 0;
  const WorkerClient client(
      [&] {
        ++asked_where;
        return Result<Endpoint>(nobody);
      },
      OwnClockIdentity(), FromMillis(300));
  EXPECT_FALSE(client.StopAllLoads().ok());
  EXPECT_GT(asked_where, 2);
  asked_where = 0;
  EXPECT_FALSE(client.FetchObservations().ok());
  EXPECT_EQ(asked_where, 1) << "it is known to be gone";
}

TEST(LostWorkerTest, IsFoundWhereItIsNow) {
  Worker worker("client-0");
  const auto server = WorkerServer::Start("127.0.0.1:0", &worker);
  ASSERT_TRUE(server.ok());
  std::atomic<int> asked_where = 0;
  const WorkerClient client([&]() -> Result<Endpoint> {
    if (++asked_where < 4) return Status::Error("no tunnel");
    return *ParseEndpoint((*server)->address());
  });
  EXPECT_EQ(client.GetStatus(Again::kNever).message(),
            "worker: GET /status: no tunnel");
  const auto status = client.GetStatus();
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(asked_where, 4);
}

}  // namespace
}  // namespace slotquake
