// AgentControl, AgentTraffic and AgentLimits against real servers in stand-in pods,
// through two agents: one for each "machine". The tests share the pods; each leaves
// them as it found them.
#include "harness/platform/kubernetes/agent_control.h"

#include <atomic>
#include <iostream>
#include <memory>
#include <thread>

#include "gtest/gtest.h"
#include "harness/agent/agent_server.h"
#include "harness/agent/testing/stand_in_pods.h"
#include "harness/platform/kubernetes/agent_limits.h"
#include "harness/platform/kubernetes/agent_traffic.h"
#include "harness/platform/local/world.h"

namespace slotquake {
namespace {

using std::string;
using std::chrono::milliseconds;
using std::chrono::seconds;

string server_program;

bool Has(const string& text, const string& part) {
  return text.find(part) != string::npos;
}

class FixedDirectory : public PodDirectory {
 public:
  Result<PodPlace> Find(const string& name) const override {
    const auto at = places.find(name);
    if (at == places.end()) return Status::Error("no pod " + name);
    return at->second;
  }
  const std::vector<string>& nodes() const override { return nodes_; }
  std::map<string, string> Addresses() const override {
    std::map<string, string> all;
    for (const auto& [name, place] : places) all[name] = place.address;
    return all;
  }
  Result<Reach> AgentOn(const string& machine) const override {
    if (machine == "machine-0" && wrong_ways > 0) {
      --wrong_ways;
      return Always(Endpoint{"127.0.0.1", 1});
    }
    const auto at = agents.find(machine);
    if (at == agents.end()) return Status::Error("no agent on " + machine);
    return Always(at->second);
  }
  int client_port() const override { return 6379; }

  std::map<string, PodPlace> places;
  std::map<string, Endpoint> agents;
  // So often nobody listens where the agent of machine-0 is said to be.
  mutable std::atomic<int> wrong_ways = 0;

 private:
  std::vector<string> nodes_ = {"redis-0", "redis-1"};
};

class AgentControlTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto pods = StandInPods::Start(server_program, {"redis-0", "redis-1", "client-0"});
    ASSERT_TRUE(pods.ok()) << pods.message();
    pods_ = std::move(*pods);
  }
  static void TearDownTestSuite() { pods_.reset(); }

  void SetUp() override {
    agent_ = std::make_unique<Agent>(
        AgentSettings{"/run/notes", "/run/volumes", PodProcesses(pods_->cgroups())});
    for (const char* machine : {"machine-0", "machine-1"}) {
      auto server = ServeAgent("127.0.0.1:0", agent_.get());
      ASSERT_TRUE(server.ok()) << server.message();
      directory_.agents[machine] = *ParseEndpoint((*server)->address());
      servers_.push_back(std::move(*server));
    }
    Place("redis-0", "machine-0");
    Place("redis-1", "machine-1");
    Place("client-0", "machine-1");
    control_ =
        std::make_unique<AgentControl>(&directory_, seconds(20), milliseconds(300));
  }

  void Place(const string& name, const string& machine) {
    directory_.places[name] = {.name = name,
                               .uid = pods_->UidOf(name),
                               .container_id = "",
                               .machine = machine,
                               .address = pods_->AddressOf(name)};
  }

  static string Ping(const string& from, const string& to) {
    return pods_->AskFrom(from, to, {"PING"}, milliseconds(200));
  }

  static std::unique_ptr<StandInPods> pods_;
  FixedDirectory directory_;
  std::unique_ptr<Agent> agent_;
  std::vector<std::unique_ptr<ApiServer>> servers_;
  std::unique_ptr<AgentControl> control_;
};
std::unique_ptr<StandInPods> AgentControlTest::pods_;

TEST_F(AgentControlTest, AKilledServerStaysAwayUntilStart) {
  const int before = pods_->Restarts("redis-0");
  ASSERT_EQ(*control_->State("redis-0"), ProcessState::kRunning);
  const Nanos asked = MonotonicNow();
  ASSERT_TRUE(control_->Kill("redis-0").ok());
  EXPECT_FALSE(control_->Measured("redis-0")) << "nobody has seen its end";
  EXPECT_TRUE(Has(control_->Describe("redis-0"), " on machine-0"));
  for (int twice = 0; twice < 2; ++twice) {
    const auto end = control_->AwaitEnd("redis-0", seconds(5));
    ASSERT_TRUE(end.ok()) << end.message();
    EXPECT_TRUE(Has(*end, "ms after the signal, its ports closed")) << *end;
  }
  const auto measured = control_->Measured("redis-0");
  ASSERT_TRUE(measured);
  EXPECT_LT(asked, measured->from);
  EXPECT_LT(measured->from, measured->until);
  EXPECT_LT(measured->until, MonotonicNow());
  const Nanos limit = MonotonicNow() + seconds(15);
  while (pods_->Restarts("redis-0") == before ||
         pods_->AskInside("redis-0", {"PING"}) != "PONG") {
    ASSERT_LT(MonotonicNow(), limit);
    EXPECT_TRUE(Has(Ping("client-0", "redis-0"), "refused"));
  }
  EXPECT_TRUE(Has(Ping("client-0", "redis-0"), "refused"));
  EXPECT_EQ(*control_->State("redis-0"), ProcessState::kGone);
  const Status started = control_->Start("redis-0");
  ASSERT_TRUE(started.ok()) << started.message();
  EXPECT_TRUE(control_->Start("redis-0").ok()) << "harmless when it runs";
  EXPECT_EQ(Ping("client-0", "redis-0"), "PONG");
  EXPECT_EQ(*control_->State("redis-0"), ProcessState::kRunning);
}

// Its process is still dying, or not yet made again.
TEST_F(AgentControlTest, StartRightAfterAKillWaitsForTheNextProcess) {
  const pid_t before = pods_->ServerPid("redis-1");
  ASSERT_TRUE(control_->Kill("redis-1").ok());
  const Status started = control_->Start("redis-1");
  ASSERT_TRUE(started.ok()) << started.message();
  EXPECT_NE(pods_->ServerPid("redis-1"), before);
  EXPECT_EQ(control_->Describe("redis-1"),
            "process " + std::to_string(pods_->ServerPid("redis-1")) + " on machine-1");
}

TEST_F(AgentControlTest, WaitsForAnEndThatDoesNotCome) {
  EXPECT_EQ(control_->AwaitEnd("redis-0", milliseconds(30)).message(),
            "the process still runs");
}

TEST_F(AgentControlTest, PausesAndResumes) {
  const Nanos asked = MonotonicNow();
  ASSERT_TRUE(control_->Pause("redis-0").ok());
  const auto measured = control_->Measured("redis-0");
  ASSERT_TRUE(measured);
  EXPECT_LT(asked, measured->from);
  EXPECT_LT(measured->from, MonotonicNow());
  EXPECT_TRUE(Has(Ping("client-0", "redis-0"), "error"));
  EXPECT_EQ(*control_->State("redis-0"), ProcessState::kStopped);
  ASSERT_TRUE(control_->Resume("redis-0").ok());
  EXPECT_TRUE(control_->Resume("redis-0").ok()) << "harmless when it runs";
  EXPECT_EQ(Ping("client-0", "redis-0"), "PONG");
}

TEST_F(AgentControlTest, BlocksAreInForceOnAllMachinesAndSummedUp) {
  const Nanos asked = MonotonicNow();
  ASSERT_TRUE(control_->Apply("cut", {{{"redis-1"}, {"redis-0"}}}).ok());
  const auto measured = control_->MeasuredCut("cut");
  ASSERT_TRUE(measured);
  EXPECT_LT(asked, measured->from);
  EXPECT_LT(measured->from, measured->until);
  EXPECT_LT(measured->until, MonotonicNow());
  EXPECT_TRUE(Has(Ping("redis-1", "redis-0"), "error"));
  EXPECT_EQ(Ping("client-0", "redis-0"), "PONG");
  const auto stopped = control_->Stopped("cut");
  ASSERT_TRUE(stopped.ok()) << stopped.message();
  EXPECT_GT(*stopped, 0);

  // Another set of that name: only redis-0 is in it, and redis-1's is taken away.
  ASSERT_TRUE(control_->Apply("cut", Isolation("redis-0")).ok());
  EXPECT_TRUE(Has(Ping("client-0", "redis-0"), "error"));
  EXPECT_EQ(Ping("client-0", "redis-1"), "PONG");
  EXPECT_FALSE(
      agent_->networks().Stopped("cut", {pods_->UidOf("redis-1")})->front().stopped);

  ASSERT_TRUE(
      control_->Apply("more", {{{"client-0"}, {"redis-1"}, Plane::kClient, true}})
          .ok());
  EXPECT_TRUE(Has(Ping("client-0", "redis-1"), "refused"));
  ASSERT_TRUE(control_->Lift("cut").ok());
  EXPECT_TRUE(control_->Lift("cut").ok()) << "harmless when there is none";
  EXPECT_EQ(Ping("client-0", "redis-0"), "PONG");
  EXPECT_TRUE(Has(Ping("client-0", "redis-1"), "refused")) << "another set";
  ASSERT_TRUE(control_->Lift("more").ok());
  EXPECT_FALSE(control_->Stopped("more").ok());
}

TEST_F(AgentControlTest, AProbeSeesTheNetworkOfItsPod) {
  const auto probe = [this](const string& from, const string& to, Plane plane) {
    const auto seen = control_->Probe(from, to, plane, milliseconds(200));
    return seen.ok() ? *seen : "error: " + seen.message();
  };
  EXPECT_EQ(probe("client-0", "redis-0", Plane::kClient), "");
  ASSERT_TRUE(control_->Apply("cut", {{{"client-0"}, {"redis-0"}}}).ok());
  EXPECT_EQ(probe("client-0", "redis-0", Plane::kClient), "timed out");
  EXPECT_EQ(probe("redis-1", "redis-0", Plane::kReplication), "");
  // Both ways, where the rules' own resets must pass.
  ASSERT_TRUE(control_
                  ->Apply("cut", {{{"client-0"}, {"redis-0"}, Plane::kAll, true},
                                  {{"redis-0"}, {"client-0"}, Plane::kAll, true}})
                  .ok());
  EXPECT_EQ(probe("client-0", "redis-0", Plane::kClient), "connection refused");
  ASSERT_TRUE(control_->Lift("cut").ok());
  EXPECT_EQ(probe("client-0", "redis-0", Plane::kClient), "");
  EXPECT_EQ(probe("client-9", "redis-0", Plane::kClient), "error: no pod client-9");
}

TEST_F(AgentControlTest, APercentageIsDrawnAtOneEndAndCounted) {
  const std::vector<Block> blocks = {
      {.from = {"redis-0"}, .to = {"redis-1", "client-0"}, .percent = 30},
      {.from = {"redis-1", "client-0"}, .to = {"redis-0"}, .percent = 30}};
  ASSERT_TRUE(control_->Apply("loss", blocks).ok());
  const Nanos limit = MonotonicNow() + seconds(20);
  BlockCount count;
  while (count.stopped + count.passed < 300 && MonotonicNow() < limit) {
    Ping("client-0", "redis-0");
    const auto seen = control_->Count("loss");
    ASSERT_TRUE(seen.ok()) << seen.message();
    count = *seen;
  }
  ASSERT_TRUE(control_->Lift("loss").ok());
  const auto all = static_cast<double>(count.stopped + count.passed);
  EXPECT_NEAR(static_cast<double>(count.stopped) / all, 0.3, 0.14)
      << count.stopped << " of " << all << "; twice drawn it were 0.51";
  const Status ring = control_->Apply(
      "loss", {{.from = {"redis-0"}, .to = {"redis-1"}, .percent = 30},
               {.from = {"redis-1"}, .to = {"client-0"}, .percent = 30},
               {.from = {"client-0"}, .to = {"redis-0"}, .percent = 30}});
  EXPECT_TRUE(Has(ring.message(), "two sides")) << ring.message();
}

TEST_F(AgentControlTest, APodThatIsGoneIsLifted) {
  ASSERT_TRUE(control_->Apply("cut", Isolation("redis-0")).ok());
  EXPECT_TRUE(Has(Ping("client-0", "redis-0"), "error"));
  const auto before = control_->Stopped("cut");
  ASSERT_TRUE(before.ok() && *before > 0) << before.message();
  directory_.places.erase("redis-0");
  EXPECT_EQ(*control_->Stopped("cut"), *before) << "it is asked where it was";
  EXPECT_TRUE(control_->Lift("cut").ok());
  EXPECT_EQ(Ping("client-0", "redis-0"), "PONG");
}

TEST_F(AgentControlTest, WhereOneAgentDoesNotAnswerNothingIsInForce) {
  const Endpoint working = directory_.agents["machine-0"];
  directory_.agents["machine-0"] = {"127.0.0.1", 1};
  const Status applied = control_->Apply("cut", {{{"redis-1"}, {"redis-0"}}});
  EXPECT_TRUE(Has(applied.message(), "machine-0: agent 127.0.0.1:1: POST"))
      << applied.message();
  EXPECT_EQ(Ping("redis-1", "redis-0"), "PONG");
  directory_.agents["machine-0"] = working;
  EXPECT_TRUE(control_->Lift("cut").ok());
}

TEST_F(AgentControlTest, LiftsWhereItCan) {
  ASSERT_TRUE(control_->Apply("cut", {{{"redis-1"}, {"redis-0"}}}).ok());
  const Endpoint working = directory_.agents["machine-0"];
  directory_.agents["machine-0"] = {"127.0.0.1", 1};
  EXPECT_TRUE(Has(control_->Lift("cut").message(), "machine-0"));
  const auto in = [this](const char* pod) {
    return agent_->networks()
        .Stopped("cut", {pods_->UidOf(pod)})
        ->front()
        .stopped.has_value();
  };
  EXPECT_TRUE(in("redis-0"));
  EXPECT_FALSE(in("redis-1"));
  directory_.agents["machine-0"] = working;
  ASSERT_TRUE(control_->Lift("cut").ok()) << "it knows what is left";
  EXPECT_FALSE(in("redis-0"));
}

// As after the end of a port-forward, or of the agent's pod.
TEST_F(AgentControlTest, ALostWayIsLookedForAgain) {
  AgentControl patient(&directory_, seconds(20), seconds(20));
  directory_.wrong_ways = 3;
  const Status applied = patient.Apply("cut", {{{"redis-1"}, {"redis-0"}}});
  EXPECT_EQ(directory_.wrong_ways, 0);
  ASSERT_TRUE(applied.ok()) << applied.message();
  EXPECT_TRUE(Has(Ping("redis-1", "redis-0"), "error"));
  EXPECT_TRUE(patient.Lift("cut").ok());
}

TEST_F(AgentControlTest, SaysWhoIsNotThere) {
  EXPECT_EQ(control_->Kill("redis-7").message(), "no pod redis-7");
  directory_.agents.erase("machine-0");
  EXPECT_EQ(control_->Pause("redis-0").message(),
            "redis-0: agent: POST /process/stop: no agent on machine-0");
  EXPECT_EQ(control_->Describe("redis-7"), "the server of redis-7");
}

TEST_F(AgentControlTest, PacketsBetweenPodsAreLate) {
  AgentTraffic traffic(&directory_, control_.get(), "");
  ASSERT_TRUE(traffic.CanShape().ok()) << traffic.CanShape().message();
  const auto trip = [&](const string& from, const string& to) {
    const auto took = traffic.RoundTrip(from, to, 3, seconds(5));
    EXPECT_TRUE(took.ok()) << took.message();
    return took.ok() ? *took : Nanos(-1);
  };
  const milliseconds late(200);
  const std::vector<string> others = {"redis-1", "client-0"};
  ASSERT_LT(trip("client-0", "redis-0"), late);
  const Status set = traffic.SetShapes(
      "fault_0", {{.from = {"redis-0"}, .to = others, .delay = late},
                  {.from = others, .to = {"redis-0"}, .delay = late}});
  ASSERT_TRUE(set.ok()) << set.message();
  EXPECT_TRUE(Has(traffic.SetShapes("fault_0", {}).message(), "in force already"));
  EXPECT_GE(trip("client-0", "redis-0"), 2 * late);
  EXPECT_GE(trip("redis-0", "redis-1"), 2 * late) << "on two machines";
  EXPECT_LT(trip("client-0", "redis-1"), late) << "nobody makes these late";
  EXPECT_GT(*traffic.Shaped("fault_0"), 0);
  for (int twice = 0; twice < 2; ++twice) {
    const Status cleared = traffic.ClearShapes("fault_0");
    ASSERT_TRUE(cleared.ok()) << cleared.message();
  }
  EXPECT_FALSE(traffic.Shaped("fault_0").ok());
  EXPECT_LT(trip("client-0", "redis-0"), late);
  EXPECT_EQ(agent_->Undo(std::nullopt, true)->tables, 0) << "nothing is left";
}

TEST_F(AgentControlTest, TheWayToAndFromAPodIsNarrow) {
  AgentTraffic traffic(&directory_, control_.get(), "");
  const auto speed = [&](const string& to) {
    const auto seen = traffic.EchoSpeed("client-0", to, 100'000, seconds(10));
    EXPECT_TRUE(seen.ok()) << seen.message();
    return seen.ok() ? *seen : 0;
  };
  constexpr std::int64_t kLimit = 1'000'000;
  const std::vector<string> others = {"redis-1", "client-0"};
  ASSERT_GT(speed("redis-0"), kLimit);
  const Status set = traffic.SetShapes(
      "fault_0", {{.from = {"redis-0"}, .to = others, .bits_per_second = kLimit},
                  {.from = others, .to = {"redis-0"}, .bits_per_second = kLimit}});
  ASSERT_TRUE(set.ok()) << set.message();
  EXPECT_LE(speed("redis-0"), 0.5 * kLimit) << "there, and then back";
  EXPECT_GT(speed("redis-1"), kLimit) << "nobody makes that narrow";
  EXPECT_GT(*traffic.Shaped("fault_0"), 0);
  ASSERT_TRUE(traffic.ClearShapes("fault_0").ok());
  EXPECT_GT(speed("redis-0"), kLimit);
  EXPECT_EQ(agent_->Undo(std::nullopt, true)->tables, 0) << "nothing is left";
}

TEST_F(AgentControlTest, ADelayThatFailedHalfWayIsTakenBack) {
  AgentTraffic traffic(&directory_, control_.get(), "");
  const Shape there = {.from = {"redis-0"}, .to = {"redis-1"}, .delay = seconds(1)};
  const Shape back = {.from = {"redis-1"}, .to = {"nobody"}, .delay = seconds(1)};
  EXPECT_TRUE(
      Has(traffic.SetShapes("fault_0", {there, back}).message(), "no pod nobody"));
  ASSERT_TRUE(traffic.ClearShapes("fault_0").ok());
  EXPECT_EQ(agent_->Undo(std::nullopt, true)->tables, 0) << "nothing is left";
  const std::vector<string> two = {"redis-0", "redis-1"};
  const Shape narrow = {.from = two, .to = two, .bits_per_second = 1};
  EXPECT_TRUE(Has(traffic.SetShapes("fault_0", {narrow}).message(), "one host"));
}

TEST_F(AgentControlTest, AServerGetsAShareOfTheProcessor) {
  AgentLimits limits(&directory_, control_.get());
  ASSERT_TRUE(limits.CanLimitCpu().ok());
  EXPECT_FALSE(limits.CanLimitMemory().ok());
  EXPECT_EQ(*limits.Starved("redis-0"), Nanos(0));
  ASSERT_TRUE(limits.LimitCpu("redis-0", 0.1).ok());
  const Nanos limit = MonotonicNow() + seconds(10);
  while (*limits.Starved("redis-0") == Nanos(0)) ASSERT_LT(MonotonicNow(), limit);
  EXPECT_GT(*limits.CpuTime("redis-0"), Nanos(0));
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(limits.LiftCpu("redis-0").ok());
  }
  EXPECT_EQ(*limits.Starved("redis-0"), Nanos(0));
  EXPECT_EQ(*control_->State("redis-0"), ProcessState::kRunning);
  EXPECT_TRUE(limits.LiftCpu("nobody").ok()) << "a pod that is gone has none";
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 2) {
    std::cerr << "usage: agent_control_test SERVER\n";
    return 255;
  }
  slotquake::server_program = argv[1];
  return slotquake::EnterWorld([](slotquake::World&) { return RUN_ALL_TESTS(); });
}
