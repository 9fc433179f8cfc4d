#include "harness/runner/fleet.h"

#include <memory>

#include "Poco/Net/ServerSocket.h"
#include "gtest/gtest.h"
#include "harness/worker/worker.h"
#include "harness/worker/worker_server.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

// Workers in this process, which can be started anew.
class WorkersOnly : public Platform {
 public:
  std::string name() const override { return "test"; }
  std::map<std::string, std::string> Environment() const override { return {}; }
  Result<std::unique_ptr<Cluster>> Deploy(const ClusterSpec&, std::uint64_t) override {
    return Status::Error("no cluster here");
  }
  Result<std::vector<Reach>> StartWorkers(
      const std::vector<WorkerSpec>& workers) override {
    std::vector<Reach> reaches;
    for (const WorkerSpec& spec : workers) {
      specs.push_back(spec);
      Start(spec.name);
      reaches.push_back([this, name = spec.name]() -> Result<Endpoint> {
        return *ParseEndpoint(running_.at(name).server->address());
      });
    }
    return reaches;
  }
  Result<Endpoint> StartHitCounter(const std::vector<Endpoint>&, int) override {
    return Status::Error("no hit counter here");
  }
  std::string HowToEnter() const override { return ""; }

  // A new process, as far as anybody can tell.
  void Start(const std::string& name) {
    running_.erase(name);
    Running running;
    running.worker = std::make_unique<Worker>(name);
    auto server = WorkerServer::Start("127.0.0.1:0", running.worker.get());
    ASSERT_TRUE(server.ok()) << server.message();
    running.server = std::move(*server);
    running_.emplace(name, std::move(running));
  }

  std::vector<WorkerSpec> specs;

 private:
  struct Running {
    std::unique_ptr<Worker> worker;
    std::unique_ptr<WorkerServer> server;
  };
  std::map<std::string, Running> running_;
};

TEST(FleetTest, MeetsAllWorkers) {
  WorkersOnly platform;
  auto fleet = Fleet::Start(platform, 3);
  ASSERT_TRUE(fleet.ok()) << fleet.message();
  EXPECT_EQ(fleet->loading(), 3);
  std::vector<std::string> story;
  for (const WorkerRecord& worker : fleet->Records()) {
    story.push_back(std::to_string(worker.index) + " " + worker.name + " " +
                    worker.role);
  }
  EXPECT_EQ(story,
            (std::vector<std::string>{"0 client-0 load", "1 client-1 load",
                                      "2 client-2 load", "3 observer observer"}));
  EXPECT_TRUE(platform.specs.back().observer);
  EXPECT_TRUE(fleet->observer().GetStatus().ok());
  EXPECT_TRUE(fleet->Verify().empty());
  EXPECT_EQ(fleet->Records()[2].clock_bound, Nanos(0)) << "one clock";
}

// It answers as if nothing were, but what it had written down is gone.
TEST(FleetTest, NoticesAWorkerThatWasRestarted) {
  WorkersOnly platform;
  auto fleet = Fleet::Start(platform, 2);
  ASSERT_TRUE(fleet.ok()) << fleet.message();
  platform.Start("client-1");
  EXPECT_TRUE(fleet->client(1).StopAllLoads().ok()) << "it answers";
  EXPECT_EQ(
      fleet->Verify(),
      (std::vector<std::string>{"worker client-1 was restarted; its history is gone"}));
  platform.Start("observer");
  EXPECT_EQ(fleet->Verify().back(),
            "worker observer was restarted; its observations are gone");
}

// A Service's address: it refuses connections until its machine knows the pod behind
// it.
class Service {
 public:
  Service() { socket_.bind(Poco::Net::SocketAddress("127.0.0.1", 0)); }
  Endpoint address() const { return {"127.0.0.1", socket_.address().port()}; }
  void Listen() { socket_.listen(); }

 private:
  Poco::Net::ServerSocket socket_;
};

TEST(FleetTest, WaitsUntilAllThatLoadCanReachAService) {
  WorkersOnly platform;
  auto fleet = Fleet::Start(platform, 2);
  ASSERT_TRUE(fleet.ok()) << fleet.message();
  Service service;
  const Endpoint at = service.address();
  const Status refused =
      fleet->AwaitReachable(at, milliseconds(50), [] { return false; });
  EXPECT_EQ("client-0 can not reach " + ToString(at) + ": connection refused",
            refused.message());

  int looked = 0;  // it listens only after some attempts
  const auto listens_late = [&] {
    if (++looked == 3) service.Listen();
    return false;
  };
  EXPECT_TRUE(fleet->AwaitReachable(at, std::chrono::seconds(30), listens_late).ok());
  EXPECT_GE(looked, 3);
  EXPECT_FALSE(fleet
                   ->AwaitReachable(Service().address(), std::chrono::hours(1),
                                    [] { return true; })
                   .ok())
      << "asked to stop";
}

TEST(FleetTest, SpansBothEstimatesOfAClock) {
  const auto span = [](int offset_a, int bound_a, int offset_b, int bound_b) {
    const ClockEstimate whole =
        Span({.offset = Nanos(offset_a), .bound = Nanos(bound_a)},
             {.offset = Nanos(offset_b), .bound = Nanos(bound_b)});
    return std::pair(whole.offset.count(), whole.bound.count());
  };
  EXPECT_EQ(span(10, 2, 10, 2), std::pair(10L, 2L));
  EXPECT_EQ(span(0, 1, 100, 1), std::pair(50L, 51L));
  EXPECT_EQ(span(0, 10, 1, 2), std::pair(0L, 10L)) << "one inside the other";
  for (const auto& [a, b, c, d] : {std::array{-7, 3, 8, 2}, std::array{5, 0, -2, 1}}) {
    const auto [offset, bound] = span(a, b, c, d);
    EXPECT_LE(offset - bound, std::min(a - b, c - d));
    EXPECT_GE(offset + bound, std::max(a + b, c + d));
  }
}

}  // namespace
}  // namespace slotquake
