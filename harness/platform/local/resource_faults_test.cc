// The faults of disk, memory, processor and clock on a real cluster in namespaces.
#include <atomic>
#include <thread>

#include "gtest/gtest.h"
#include "harness/faults/testing/real_cluster.h"
#include "harness/redis/connection.h"
#include "harness/redis/log_line.h"
#include "harness/redis/slot.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Case {
  std::string fault;
  json options;
};

std::ostream& operator<<(std::ostream& out, const Case& shown) {
  return out << shown.fault << " " << shown.options.dump();
}

// A key of redis-0's slots.
std::string OwnKey() {
  std::string key = "written";
  while (SlotOf(key) > 5460) key += "+";
  return key;
}

// Writes to one node all the while, so that it has something to sync.
class Writer {
 public:
  explicit Writer(Endpoint at) : thread_([this, at] { Run(at); }) {}
  ~Writer() {
    ends_ = true;
    thread_.join();
  }

 private:
  void Run(const Endpoint& at) {
    while (!ends_) {
      auto connection = Connection::Connect(at, milliseconds(200));
      while (!ends_ && connection.ok() && connection->usable()) {
        connection->set_timeout(milliseconds(500));
        (void)connection->Command({"INCR", OwnKey()});
        std::this_thread::sleep_for(milliseconds(10));
      }
      std::this_thread::sleep_for(milliseconds(10));
    }
  }

  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

class ResourceFaultsTest : public RealClusterTest,
                           public testing::WithParamInterface<Case> {
 protected:
  static FaultContext Context(const std::vector<std::string>& nodes = {"redis-0"}) {
    FaultContext context = {.cluster = cluster(),
                            .victims = {},
                            .now = [] { return MonotonicNow(); },
                            .name = "fault_0"};
    for (const std::string& node : nodes) {
      context.victims.push_back({.node = node,
                                 .id = "",
                                 .was_master = true,
                                 .config_epoch = 0,
                                 .slots = {{0, 5460}}});
    }
    return context;
  }

  // A master whose fsync has failed under "everysec" takes no write again before it is
  // started anew, whatever its disk does: the next test shall find it sound.
  static void AwaitSound() {
    const auto reply = cluster().Command("redis-0", {"INCR", OwnKey()}, seconds(5));
    if (reply.ok() && reply->text.starts_with("MISCONF")) {
      ProcessControl* processes = cluster().process_control();
      Kill("redis-0");
      ASSERT_TRUE(processes->Start("redis-0").ok());
    }
    AwaitHealth();
  }

  static ProcessState StateOf(const std::string& node) {
    return *cluster().process_control()->State(node);
  }
};

TEST_P(ResourceFaultsTest, IsProvenAndUndone) {
  const Writer writer(cluster().ClientEndpoint("redis-0"));
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context();
  const Status supported = fault->CheckSupported(cluster());
  ASSERT_TRUE(supported.ok()) << supported.message();
  ASSERT_TRUE(fault->Aim(context).ok());
  const Status injected = fault->Inject(context);
  EXPECT_TRUE(injected.ok()) << injected.message();
  EXPECT_EQ(Unproven(fault->Prove(context)), "");
  const Status recovered = fault->Recover(context);
  ASSERT_TRUE(recovered.ok()) << recovered.message();
  EXPECT_TRUE(fault->Recover(context).ok()) << "twice is harmless";
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitSound();
}

TEST_P(ResourceFaultsTest, WithoutAnInjectionNothingIsProven) {
  const Writer writer(cluster().ClientEndpoint("redis-0"));
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context();
  context.patience = milliseconds(100);
  ASSERT_TRUE(fault->Aim(context).ok());
  for (const Proof& proof : fault->Prove(context)) {
    EXPECT_FALSE(proof.holds) << proof.what;
  }
  EXPECT_TRUE(fault->Recover(context).ok());
}

TEST_P(ResourceFaultsTest, IsUndoneThoughItsVictimIsDead) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context();
  ASSERT_TRUE(fault->Aim(context).ok());
  ASSERT_TRUE(fault->Inject(context).ok());
  ProcessControl* processes = cluster().process_control();
  if (StateOf("redis-0") != ProcessState::kGone) {
    Kill("redis-0");
    const Status recovered = fault->Recover(context);
    EXPECT_TRUE(recovered.ok()) << recovered.message();
    // Who killed it brings it back.
    EXPECT_EQ(StateOf("redis-0") == ProcessState::kGone,
              fault->effect() != fault_effect::kProcessGone);
    ASSERT_TRUE(processes->Start("redis-0").ok());
  }
  EXPECT_TRUE(fault->Recover(context).ok());
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitSound();
}

TEST_P(ResourceFaultsTest, IsUndoneAfterAnInjectionThatFailedHalfWay) {
  ProcessControl* processes = cluster().process_control();
  Kill("redis-1");
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context({"redis-0", "redis-1"});
  ASSERT_TRUE(fault->Aim(context).ok());
  // Some of these faults do not need a process that runs.
  (void)fault->Inject(context);
  const Status recovered = fault->Recover(context);
  EXPECT_TRUE(recovered.ok()) << recovered.message();
  ASSERT_TRUE(processes->Start("redis-1").ok());
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitSound();
}

INSTANTIATE_TEST_SUITE_P(All, ResourceFaultsTest,
                         testing::Values(Case{"slow_fsync", {{"delay_ms", 50}}},
                                         Case{"failing_fsync", json::object()},
                                         Case{"failing_fsync", {{"error", "ENOSPC"}}},
                                         Case{"read_only", json::object()},
                                         Case{"clock_skew", {{"offset_ms", 30'000}}},
                                         Case{"clock_skew", {{"offset_ms", -40'000}}},
                                         Case{"disk_full", json::object()},
                                         Case{"max_memory", json::object()},
                                         Case{"out_of_memory", json::object()},
                                         Case{"cpu_starve", json::object()},
                                         Case{"cpu_starve", {{"share_percent", 30}}}));

using Together = ResourceFaultsTest;

TEST_F(Together, WhatIsPausedIsNotResumedByStarving) {
  ProcessControl* processes = cluster().process_control();
  LimitControl* limits = cluster().limit_control();
  const auto stays_stopped = [] {
    for (int i = 0; i < 100; ++i) {
      if (StateOf("redis-0") != ProcessState::kStopped) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  };
  ASSERT_TRUE(limits->LimitCpu("redis-0", 0.5).ok());
  ASSERT_TRUE(processes->Pause("redis-0").ok());
  // A signal that was sent has yet to arrive.
  const Nanos limit = MonotonicNow() + std::chrono::seconds(10);
  while (StateOf("redis-0") != ProcessState::kStopped && MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_TRUE(stays_stopped()) << "starved, then paused";
  ASSERT_TRUE(limits->LiftCpu("redis-0").ok());
  EXPECT_TRUE(stays_stopped()) << "no longer starved";
  ASSERT_TRUE(limits->LimitCpu("redis-0", 0.5).ok());
  EXPECT_TRUE(stays_stopped()) << "paused, then starved";
  ASSERT_TRUE(processes->Resume("redis-0").ok());
  EXPECT_FALSE(stays_stopped()) << "it runs at times";
  ASSERT_TRUE(limits->LiftCpu("redis-0").ok());
  EXPECT_EQ(StateOf("redis-0"), ProcessState::kRunning);
  AwaitHealth();
}

TEST_F(Together, ChangesOfSeveralFaultsAreLaidOverEachOther) {
  CallControl* calls = cluster().call_control();
  const auto ahead = [] {
    const auto reply = cluster().Command("redis-0", {"TIME"}, seconds(1));
    return seconds(std::stoll(reply->elements[0].text)) - WallNow();
  };
  ASSERT_TRUE(calls->Change("redis-0", "a", {.clock_offset = seconds(1000)}).ok());
  ASSERT_TRUE(calls->Change("redis-0", "b", {.clock_offset = seconds(500)}).ok());
  EXPECT_NEAR(ToSeconds(ahead()), 1500, 30);
  ASSERT_TRUE(calls->Change("redis-0", "a", {}).ok());
  EXPECT_NEAR(ToSeconds(ahead()), 500, 30);
  ASSERT_TRUE(calls->Change("redis-0", "b", {}).ok());
  EXPECT_NEAR(ToSeconds(ahead()), 0, 30);
}

TEST_F(Together, TheLogOfAShiftedClockTellsTrueTimes) {
  CallControl* calls = cluster().call_control();
  const auto say = [](const std::string& what) {
    ASSERT_TRUE(cluster().Command("redis-0", {"DEBUG", "LOG", what}, seconds(1)).ok());
  };
  const Nanos begin = WallNow();
  say("sq-before");
  ASSERT_TRUE(calls->Change("redis-0", "a", {.clock_offset = seconds(1000)}).ok());
  say("sq-ahead");
  ASSERT_TRUE(calls->Change("redis-0", "a", {.clock_offset = -seconds(2000)}).ok());
  say("sq-behind");
  ASSERT_TRUE(calls->Change("redis-0", "a", {}).ok());
  say("sq-after");
  const Nanos end = WallNow();
  const auto log = cluster().ReadLog("redis-0");
  ASSERT_TRUE(log.ok()) << log.message();
  int told = 0;
  for (std::size_t at = log->find("sq-"); at != std::string::npos;
       at = log->find("sq-", at + 1)) {
    const std::size_t line = log->rfind('\n', at) + 1;
    const auto parsed = ParseLogLine(log->substr(line, log->find('\n', at) - line));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_GE(parsed->wall, begin - milliseconds(2)) << parsed->text;
    EXPECT_LE(parsed->wall, end) << parsed->text;
    ++told;
  }
  EXPECT_EQ(told, 4);
}

TEST_F(Together, AServerThatEndedByItselfIsNotSaidToHaveEndedWhenSomebodyLooked) {
  (void)cluster().TakeObservations();
  (void)cluster().Command("redis-0", {"SHUTDOWN", "NOSAVE", "FORCE"}, seconds(5));
  const Nanos limit = MonotonicNow() + seconds(10);
  while (StateOf("redis-0") != ProcessState::kGone && MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  const Nanos gone = MonotonicNow();
  std::this_thread::sleep_for(milliseconds(50));
  ASSERT_TRUE(cluster().process_control()->AwaitEnd("redis-0", seconds(5)).ok());
  const auto seen = cluster().TakeObservations();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].data["what"], "exited");
  EXPECT_LT(seen[0].not_before, gone);
  EXPECT_GT(seen[0].at, gone);
  ASSERT_TRUE(cluster().process_control()->Start("redis-0").ok());
  AwaitHealth();
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  return slotquake::RealClusterTest::Main(argc, argv, slotquake::kNobodyIsReplacedMs,
                                          true);
}
