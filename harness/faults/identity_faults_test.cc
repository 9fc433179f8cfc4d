// The faults of identity on a real cluster: each is proven when it was injected, not
// when it was not, and undone.
#include <algorithm>
#include <thread>

#include "harness/cluster/health.h"
#include "harness/faults/corrupt_nodes_conf.h"
#include "harness/faults/testing/real_cluster.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Case {
  std::string fault;
  json options;
  std::string finding;  // what a proof must say
};

std::ostream& operator<<(std::ostream& out, const Case& shown) {
  return out << shown.fault << " " << shown.options.dump();
}

class IdentityTest : public RealClusterTest,
                     public testing::WithParamInterface<Case> {};

TEST_P(IdentityTest, IsProvenAndUndone) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = ContextFor(ReplicaOf(0));
  ASSERT_TRUE(fault->CheckSupported(cluster()).ok());
  ASSERT_TRUE(fault->Aim(context).ok());
  const Status injected = fault->Inject(context);
  ASSERT_TRUE(injected.ok()) << injected.message();
  const auto proofs = fault->Prove(context);
  EXPECT_EQ(Unproven(proofs), "");
  const bool found = std::any_of(proofs.begin(), proofs.end(), [](const Proof& proof) {
    return proof.what.find(GetParam().finding) != std::string::npos;
  });
  EXPECT_TRUE(found) << proofs.back().what;
  const Status undone = fault->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  EXPECT_TRUE(fault->Recover(context).ok()) << "twice is harmless";
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitHealth();
}

TEST_P(IdentityTest, WithoutAnInjectionNothingIsProven) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = ContextFor(ReplicaOf(0));
  ASSERT_TRUE(fault->Aim(context).ok());
  EXPECT_NE(Unproven(fault->Prove(context)), "");
  EXPECT_TRUE(fault->Recover(context).ok());
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
}

TEST_P(IdentityTest, IsUndoneWhenTheVictimIsDead) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = ContextFor(ReplicaOf(0));
  ASSERT_TRUE(fault->Aim(context).ok());
  ASSERT_TRUE(fault->Inject(context).ok());
  // Some have ended it already.
  if (cluster().process_control()->Kill(context.node()).ok()) {
    ASSERT_TRUE(cluster().process_control()->AwaitEnd(context.node(), seconds(5)).ok());
  }
  const Status undone = fault->Recover(context);
  EXPECT_TRUE(undone.ok()) << undone.message();
  ASSERT_TRUE(cluster().process_control()->Start(context.node()).ok());
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitHealth();
}

INSTANTIATE_TEST_SUITE_P(
    All, IdentityTest,
    testing::Values(
        Case{"corrupt_nodes_conf", {{"how", "truncated"}}, "does not start"},
        Case{"corrupt_nodes_conf", {{"how", "garbled"}}, "does not start"},
        Case{"corrupt_nodes_conf", {{"how", "without_myself"}}, "does not start"},
        Case{"corrupt_nodes_conf", {{"how", "empty"}}, "somebody new"},
        Case{"corrupt_nodes_conf", {{"how", "stale_addresses"}}, "as who it was"},
        Case{"wrong_announce_address", json::object(), "at 192.0.2.1"},
        Case{"address_reuse", json::object(), "somebody else"},
        Case{"address_reuse", {{"meet", true}}, "have met"}));

using IdentityFaultsTest = RealClusterTest;

TEST_F(IdentityFaultsTest, ACrashLoopKillsAsOftenAsItIsTold) {
  const auto fault =
      Make("crash_loop", {{"every_ms", 400}, {"away_ms", 100}, {"times", 3}});
  FaultContext context = ContextFor(ReplicaOf(1));
  EXPECT_NE(Unproven(fault->Prove(context)), "") << "nothing was injected";
  (void)cluster().TakeObservations();
  ASSERT_TRUE(fault->Inject(context).ok());
  EXPECT_EQ(Unproven(fault->Prove(context)), "");
  while (fault->NextStep() != Nanos::max()) {
    std::this_thread::sleep_for(milliseconds(1));
    if (fault->NextStep() > MonotonicNow()) continue;
    const auto step = fault->Step(context);
    ASSERT_TRUE(step.ok()) << step.message();
  }
  const auto seen = cluster().TakeObservations();
  EXPECT_EQ(std::count_if(seen.begin(), seen.end(),
                          [](const Observation& o) {
                            return o.data.value("what", "") == "exited";
                          }),
            3);
  EXPECT_TRUE(fault->Recover(context).ok());
  EXPECT_TRUE(fault->Recover(context).ok()) << "twice is harmless";
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
  AwaitHealth();
}

// Whether every other node's map has the node without an address.
bool IsWithoutAddress(Cluster& cluster, const Victim& victim) {
  const HealthReport health = CheckHealth(cluster, {victim.node}, false);
  return !health.views.empty() &&
         std::all_of(health.views.begin(), health.views.end(), [&](const auto& said) {
           const NodeView* seen = said.second.Find(victim.id);
           return seen != nullptr && seen->address.empty();
         });
}

TEST_F(IdentityFaultsTest, AStrangerHoldsTheAddressUntilItIsEvicted) {
  const Victim victim = ContextFor(ReplicaOf(2)).victims.front();
  const std::string node = victim.node;
  StrangerControl& strangers = *cluster().stranger_control();
  EXPECT_FALSE(strangers.AskStranger(node, {"PING"}, seconds(1)).ok());
  Kill(node);
  ASSERT_TRUE(strangers.Settle(node).ok());
  ASSERT_TRUE(strangers.Settle(node).ok()) << "twice is harmless";
  EXPECT_FALSE(cluster().process_control()->Start(node).ok());
  // Its peers notice that somebody else answers; the clusters stay apart.
  const Nanos limit = MonotonicNow() + seconds(30);
  while (!IsWithoutAddress(cluster(), victim) && MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_TRUE(IsWithoutAddress(cluster(), victim));
  const auto info = strangers.AskStranger(node, {"CLUSTER", "INFO"}, seconds(2));
  ASSERT_TRUE(info.ok()) << info.message();
  EXPECT_NE(info->text.find("cluster_slots_assigned:16384"), std::string::npos);
  EXPECT_NE(info->text.find("cluster_known_nodes:1"), std::string::npos);
  ASSERT_TRUE(strangers.Evict(node).ok());
  ASSERT_TRUE(strangers.Evict(node).ok()) << "twice is harmless";
  EXPECT_TRUE(cluster().process_control()->Start(node).ok());
  AwaitHealth();
}

// Wherever the middle of the file is: a line with all its words would be read.
TEST(SpoilNodesConfTest, ATruncatedFileEndsWithinALine) {
  const std::string line =
      std::string(40, 'a') + " 10.0.0.1:6379@16379 master - 0 0 1 connected";
  for (int slots = 0; slots < 60; ++slots) {
    std::string text = line + std::string(static_cast<std::size_t>(slots), '1') + "\n";
    for (int i = 0; i < 5; ++i) text += line + " 0-5460\n";
    text += "vars currentEpoch 2 lastVoteEpoch 0\n";
    const std::string cut = SpoilNodesConf(text, "truncated");
    ASSERT_LT(cut.size(), text.size());
    EXPECT_EQ(cut, text.substr(0, cut.size()));
    const std::string last = cut.substr(cut.rfind('\n') + 1);
    EXPECT_EQ(std::count(last.begin(), last.end(), ' '), 1) << slots << ": " << last;
  }
}

TEST(SpoilNodesConfTest, EachWayIsAnother) {
  const std::string own(40, 'a');
  const std::string peer(40, 'b');
  const std::string text = own +
                           " 10.0.0.1:6379@16379 myself,master - 0 0 1 connected\n" +
                           peer + " 10.0.0.2:6379@16379 master - 0 0 2 connected\n" +
                           "vars currentEpoch 2 lastVoteEpoch 0\n";
  EXPECT_EQ(SpoilNodesConf(text, "empty"), "");
  EXPECT_EQ(SpoilNodesConf(text, "garbled").find(own), std::string::npos);
  EXPECT_EQ(SpoilNodesConf(text, "without_myself").find("myself"), std::string::npos);
  const std::string stale = SpoilNodesConf(text, "stale_addresses");
  EXPECT_NE(stale.find(own + " 10.0.0.1:"), std::string::npos) << stale;
  EXPECT_NE(stale.find(peer + " 192.0.2.1:6379"), std::string::npos) << stale;
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) { return slotquake::RealClusterTest::Main(argc, argv); }
