// The faults of administration on a real cluster: each is proven when it was injected,
// not when it was not, and undone, also where its victim is dead.
#include <thread>

#include "harness/cluster/log_tail.h"
#include "harness/faults/testing/real_cluster.h"
#include "harness/redis/slot.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Case {
  std::string fault;
  json options;
  VictimSpec victim;
};

std::ostream& operator<<(std::ostream& out, const Case& shown) {
  return out << shown.fault << " " << shown.options.dump();
}

class AdministrationTest : public RealClusterTest,
                           public testing::WithParamInterface<Case> {};

// The last words of every server.
std::string Logs(Cluster& cluster) {
  std::string tails;
  for (const std::string& node : cluster.nodes()) {
    tails += LogTail(node, cluster.ReadLog(node), 12) + "\n";
  }
  return tails;
}

// Takes every step that is due until there is none left.
void TakeSteps(Fault& fault, FaultContext& context) {
  const Nanos limit = MonotonicNow() + seconds(60);
  while (fault.NextStep() != Nanos::max()) {
    ASSERT_LT(MonotonicNow(), limit);
    if (fault.NextStep() > MonotonicNow()) {
      std::this_thread::sleep_for(milliseconds(1));
      continue;
    }
    const auto step = fault.Step(context);
    ASSERT_TRUE(step.ok()) << step.message();
  }
}

TEST_P(AdministrationTest, IsProvenAndUndone) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = ContextFor(GetParam().victim);
  ASSERT_TRUE(fault->CheckSupported(cluster()).ok());
  const auto aimed = fault->Aim(context);
  ASSERT_TRUE(aimed.ok()) << aimed.message();
  const Status injected = fault->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  EXPECT_EQ(Unproven(fault->Prove(context)), "") << Logs(cluster());
  TakeSteps(*fault, context);
  const Status undone = fault->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  EXPECT_TRUE(fault->Recover(context).ok()) << "twice is harmless";
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitHealth();
}

TEST_P(AdministrationTest, WithoutAnInjectionNothingIsProven) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = ContextFor(GetParam().victim);
  context.patience = milliseconds(300);
  ASSERT_TRUE(fault->Aim(context).ok());
  EXPECT_NE(Unproven(fault->Prove(context)), "");
  const Status undone = fault->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  // What is to be given back was never taken.
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, AdministrationTest,
    testing::Values(
        Case{"failover", json::object(), MasterOf(0)},
        Case{"failover", {{"mode", "force"}}, MasterOf(6000)},
        Case{"failover", {{"mode", "takeover"}, {"give_back", true}}, MasterOf(12000)},
        Case{"client_pause", {{"pause_ms", 1500}}, MasterOf(0)},
        Case{"client_pause", {{"pause_ms", 60000}, {"mode", "write"}}, MasterOf(0)},
        Case{
            "config_set", {{"parameter", "maxmemory"}, {"value", "90mb"}}, MasterOf(0)},
        Case{"slow_script", {{"duration_ms", 1500}}, MasterOf(0)},
        Case{"remove_node", json::object(), ReplicaOf(1)},
        Case{"add_node", json::object(), ReplicaOf(1)},
        Case{"add_node", {{"role", "master"}}, ReplicaOf(2)},
        Case{"reshard", {{"slots", 30}, {"pause_ms", 1}}, MasterOf(0)},
        Case{"reshard",
             {{"slots", 30}, {"pause_ms", 1}, {"move_back", true}},
             MasterOf(12000)}));

using AdministrationFaultsTest = RealClusterTest;

// Injects, kills the victim, undoes, and proves it when the victim is back.
void UndoWhileDead(Cluster& cluster, Fault& fault, FaultContext& context) {
  const std::string node = context.node();
  ASSERT_TRUE(fault.Aim(context).ok());
  const Status injected = fault.Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  ASSERT_TRUE(cluster.process_control()->Kill(node).ok());
  ASSERT_TRUE(cluster.process_control()->AwaitEnd(node, seconds(5)).ok());
  const Status undone = fault.Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  ASSERT_TRUE(cluster.process_control()->Start(node).ok());
  const Nanos limit = MonotonicNow() + seconds(20);
  while (!cluster.Command(node, {"PING"}, seconds(1)).ok()) {
    ASSERT_LT(MonotonicNow(), limit);
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_EQ(Unproven(fault.ProveRecovery(context)), "");
}

TEST_F(AdministrationFaultsTest, AreUndoneWhenTheVictimIsDead) {
  for (const Case& c :
       {Case{"client_pause", {{"pause_ms", 60000}}, MasterOf(0)},
        Case{
            "config_set", {{"parameter", "maxmemory"}, {"value", "90mb"}}, MasterOf(0)},
        Case{"slow_script", {{"duration_ms", 4000}}, ReplicaOf(0)},
        Case{"remove_node", json::object(), ReplicaOf(1)}}) {
    SCOPED_TRACE(c.fault);
    const auto fault = Make(c.fault, c.options);
    FaultContext context = ContextFor(c.victim);
    UndoWhileDead(cluster(), *fault, context);
    AwaitHealth();
  }
}

TEST_F(AdministrationFaultsTest, ATakeoverReplacesADeadMaster) {
  const auto fault = Make("failover", {{"mode", "takeover"}});
  FaultContext context = ContextFor(MasterOf(0));
  Kill(context.node());
  const auto aimed = fault->Aim(context);
  ASSERT_TRUE(aimed.ok()) << aimed.message();
  const Status injected = fault->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  EXPECT_EQ(Unproven(fault->Prove(context)), "");
  EXPECT_TRUE(fault->Recover(context).ok());
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  ASSERT_TRUE(cluster().process_control()->Start(context.node()).ok());
  AwaitHealth();
}

TEST_F(AdministrationFaultsTest, AMasterWithSlotsDoesNotLeave) {
  FaultContext context = ContextFor(MasterOf(0));
  const auto refused = Make("remove_node", json::object())->Aim(context);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.message().find("owns slots"), std::string::npos)
      << refused.message();
}

TEST_F(AdministrationFaultsTest, AReplicaIsNoVictimOfAFailover) {
  FaultContext context = ContextFor(ReplicaOf(0));
  EXPECT_FALSE(Make("failover", json::object())->Aim(context).ok());
}

std::string SetKey(Cluster& cluster, const std::string& node, const std::string& key) {
  const auto reply = cluster.Command(node, {"SET", key, "7"}, seconds(2));
  return reply.ok() ? reply->text : reply.message();
}

// A key of this slot.
std::string KeyIn(int slot) {
  for (int i = 0;; ++i) {
    std::string key = "k" + std::to_string(i);
    if (SlotOf(key) == slot) return key;
  }
}

// The only key of the open slot is at the target when that, or the source, dies: it
// must be found where the slot is owned at the end.
void KillInTheMiddle(Cluster& cluster, Fault& fault, FaultContext& context,
                     const std::string& key, bool source) {
  ASSERT_TRUE(fault.Aim(context).ok());
  const std::string text = fault.Describe(context);
  const std::string target = text.substr(text.rfind(' ') + 1);
  ASSERT_EQ(SetKey(cluster, context.node(), key), "OK");
  ASSERT_TRUE(fault.Inject(context).ok());
  EXPECT_EQ(Unproven(fault.Prove(context)), "");
  const auto moved = fault.Step(context);
  ASSERT_TRUE(moved.ok()) << moved.message();
  const std::string doomed = source ? context.node() : target;
  ASSERT_TRUE(cluster.process_control()->Kill(doomed).ok());
  ASSERT_TRUE(cluster.process_control()->AwaitEnd(doomed, seconds(5)).ok());
  const auto ended = fault.Step(context);
  ASSERT_TRUE(ended.ok()) << ended.message();
  EXPECT_EQ(ended->rfind("ends after", 0), 0u) << *ended;
  EXPECT_EQ(fault.NextStep(), Nanos::max());
  Status undone = fault.Recover(context);
  const Nanos limit = MonotonicNow() + seconds(60);
  while (!undone.ok() && MonotonicNow() < limit) undone = fault.Recover(context);
  ASSERT_TRUE(undone.ok()) << undone.message();
  ASSERT_TRUE(cluster.process_control()->Start(doomed).ok());
  EXPECT_EQ(Unproven(fault.ProveRecovery(context)), "");
}

// An owner that has the slot open redirects what it is sent: the slot follows its keys.
TEST_F(AdministrationFaultsTest, ASlotIsClosedWhoseKeysHaveGone) {
  const auto fault = Make("reshard", {{"slots", 5}, {"slots_per_step", 1}});
  FaultContext context = ContextFor(MasterOf(16000));
  ASSERT_TRUE(fault->Aim(context).ok());
  const int slot = context.victims.front().slots.front().first + 1;
  const std::string key = KeyIn(slot);
  ASSERT_EQ(SetKey(cluster(), context.node(), key), "OK");
  ASSERT_TRUE(fault->Inject(context).ok());
  const auto moved = fault->Step(context);
  ASSERT_TRUE(moved.ok()) << moved.message();
  const Status undone = fault->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitHealth();
  const FaultContext owner = ContextFor(MasterOf(slot));
  const auto value = cluster().Command(owner.node(), {"GET", key}, seconds(2));
  ASSERT_TRUE(value.ok()) << value.message();
  EXPECT_EQ(value->text, "7") << "at " << owner.node();
}

// Others may tell a node to forget it again, for a minute after they did.
TEST_F(AdministrationFaultsTest, WhoIsForgottenAgainHasNotJoined) {
  const auto fault = Make("add_node", json::object());
  FaultContext context = ContextFor(ReplicaOf(1));
  ASSERT_TRUE(fault->Aim(context).ok());
  const Status joined = fault->Inject(context);
  ASSERT_TRUE(joined.ok()) << joined.message();
  const std::string other = context.node() == "redis-0" ? "redis-1" : "redis-0";
  std::thread forgets([&] {
    std::this_thread::sleep_for(milliseconds(300));
    const auto said = cluster().Command(
        other, {"CLUSTER", "FORGET", context.victims.front().id}, seconds(2));
    EXPECT_TRUE(said.ok()) << said.message();
  });
  EXPECT_NE(Unproven(fault->Prove(context)), "");
  forgets.join();
  EXPECT_TRUE(fault->Recover(context).ok());
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitHealth();
}

// To a node that has met it again just now it is no replica yet.
TEST_F(AdministrationFaultsTest, AReplicaThatHasJoinedJustNowCanTakeOver) {
  const FaultContext replica = ContextFor(ReplicaOf(1));
  FaultContext context = ContextFor(MasterOf(6000));
  const std::string other = context.node() == "redis-0" ? "redis-1" : "redis-0";
  const Endpoint where = cluster().ClientEndpoint(replica.node());
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"CLUSTER", "FORGET", replica.victims.front().id},
        {"CLUSTER", "MEET", where.host, std::to_string(where.port)}}) {
    const auto said = cluster().Command(other, command, seconds(2));
    ASSERT_TRUE(said.ok()) << said.message();
  }
  const auto aimed = Make("failover", {{"mode", "force"}})->Aim(context);
  EXPECT_TRUE(aimed.ok()) << aimed.message();
  AwaitHealth();
}

class ReshardTest : public RealClusterTest, public testing::WithParamInterface<bool> {};

TEST_P(ReshardTest, ComesToRestAfterADeathInTheMiddle) {
  const auto fault = Make("reshard", {{"slots", 5}, {"slots_per_step", 1}});
  FaultContext context = ContextFor(MasterOf(16000));
  // After the first step the second slot is open, and its key has gone.
  const int slot = context.victims.front().slots.front().first + 1;
  const std::string key = KeyIn(slot);
  KillInTheMiddle(cluster(), *fault, context, key, GetParam());
  AwaitHealth();
  const FaultContext owner = ContextFor(MasterOf(slot));
  const auto value = cluster().Command(owner.node(), {"GET", key}, seconds(2));
  ASSERT_TRUE(value.ok()) << value.message();
  EXPECT_EQ(value->text, "7") << "at " << owner.node();
}

INSTANTIATE_TEST_SUITE_P(SourceAndTarget, ReshardTest, testing::Bool());

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) { return slotquake::RealClusterTest::Main(argc, argv); }
