// A node that leaves and one that joins where a FORGET is told on for a minute.
#include "harness/faults/membership.h"

#include "harness/faults/testing/real_cluster.h"

namespace slotquake {
namespace {

using nlohmann::json;

using MembershipTest = RealClusterTest;

// Both wait for one and the same minute.
TEST_F(MembershipTest, WhoWasForgottenComesBackForGood) {
  const auto remove = Make("remove_node", json::object());
  FaultContext removed = ContextFor(ReplicaOf(1));
  ASSERT_TRUE(remove->Aim(removed).ok());
  ASSERT_TRUE(remove->Inject(removed).ok());
  EXPECT_EQ(Unproven(remove->Prove(removed)), "");

  const auto add = Make("add_node", json::object());
  FaultContext added = ContextFor(ReplicaOf(2));
  const auto aimed = add->Aim(added);
  ASSERT_TRUE(aimed.ok()) << aimed.message();

  const Status back = remove->Recover(removed);
  EXPECT_TRUE(back.ok()) << back.message();
  EXPECT_EQ(Unproven(remove->ProveRecovery(removed)), "");

  const Status in = add->Inject(added);
  EXPECT_TRUE(in.ok()) << in.message();
  EXPECT_EQ(Unproven(add->Prove(added)), "");
  EXPECT_TRUE(add->Recover(added).ok());
  EXPECT_EQ(Unproven(add->ProveRecovery(added)), "");
  AwaitHealth();
}

// For the minute after, a MEET lasts only until the next pings.
TEST_F(MembershipTest, AMomentOfAcquaintanceIsNoProof) {
  FaultContext context = ContextFor(ReplicaOf(0));
  const Victim& victim = context.victims.front();
  const Nanos banned_until = EndOfBan(cluster(), victim);
  ASSERT_GT(banned_until, MonotonicNow());
  ASSERT_TRUE(Leave(cluster(), victim).ok());
  EXPECT_TRUE(Join(cluster(), victim, std::chrono::seconds(10)).ok());
  EXPECT_NE(Unproven(ProveJoined(context, victim, false)), "");

  EXPECT_TRUE(BringIn(context, victim, false, banned_until).ok());
  EXPECT_EQ(Unproven(ProveJoined(context, victim, false)), "");
  AwaitHealth();
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) { return slotquake::RealClusterTest::Main(argc, argv); }
