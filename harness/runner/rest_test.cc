#include "harness/runner/rest.h"

#include "gtest/gtest.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const StopRequested kNever = [] { return false; };

TEST(RestTest, RequiredIsTwoTimeoutsButAtLeastFiveSeconds) {
  EXPECT_EQ(RequiredRest(1000), seconds(5));
  EXPECT_EQ(RequiredRest(15000), seconds(30));
}

TEST(RestTest, ReachedOnceTheClusterWasCalmForLongEnough) {
  FakeCluster cluster;
  const RestRecord rest =
      AwaitRest(cluster, {}, milliseconds(150), seconds(20), MonotonicNow, kNever);
  EXPECT_TRUE(rest.reached) << rest.missing;
  EXPECT_GE(rest.until - rest.since, milliseconds(150));
}

TEST(RestTest, ADeadNodeKeepsItFromRestUnlessItIsMeantToBeDead) {
  FakeCluster cluster;
  cluster.dead.insert("redis-5");
  const RestRecord rest =
      AwaitRest(cluster, {}, milliseconds(50), milliseconds(300), MonotonicNow, kNever);
  EXPECT_FALSE(rest.reached);
  EXPECT_NE(rest.missing.find("redis-5"), std::string::npos) << rest.missing;
  EXPECT_TRUE(AwaitRest(cluster, {"redis-5"}, milliseconds(50), seconds(20),
                        MonotonicNow, kNever)
                  .reached);
}

// One replica has what its master, which was started again meanwhile, never wrote: its
// link is dead, and it does not know.
class ReplicaAhead : public FakeCluster {
 public:
  explicit ReplicaAhead(std::int64_t bytes) : bytes_(bytes) {}

  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override {
    auto reply = FakeCluster::Command(node, command, limit);
    const std::string key = "slave_repl_offset:";
    if (node != "redis-3" || !reply.ok()) return reply;
    const auto at = reply->text.find(key);
    if (at == std::string::npos) return reply;
    const std::int64_t offset = std::stoll(reply->text.substr(at + key.size()));
    const auto end = reply->text.find("\r\n", at);
    reply->text.replace(at, end - at, key + std::to_string(offset + bytes_));
    return reply;
  }

 private:
  std::int64_t bytes_;
};

TEST(RestTest, AReplicaAheadOfItsMasterIsNoRest) {
  ReplicaAhead far(956'469);
  const RestRecord rest =
      AwaitRest(far, {}, milliseconds(50), milliseconds(300), MonotonicNow, kNever);
  EXPECT_FALSE(rest.reached);
  EXPECT_EQ(rest.missing, "redis-3 is 956469 bytes ahead of its master");
  // A ping that came between the two questions.
  ReplicaAhead a_ping(14);
  EXPECT_TRUE(AwaitRest(a_ping, {}, milliseconds(50), seconds(20), MonotonicNow, kNever)
                  .reached);
}

TEST(RestTest, AStopEndsTheWaitingAndIsNoRest) {
  FakeCluster cluster;
  const RestRecord rest = AwaitRest(cluster, {}, seconds(3600), seconds(7200),
                                    MonotonicNow, [] { return true; });
  EXPECT_FALSE(rest.reached);
  EXPECT_FALSE(rest.missing.empty());
}

TEST(AwaitReadyTest, ErrorSaysWhatIsWrongWithTheServersWords) {
  FakeCluster cluster;
  cluster.dead.insert("redis-2");
  const Status status = AwaitReady(cluster, milliseconds(100), kNever);
  EXPECT_NE(status.message().find("redis-2 does not answer"), std::string::npos);
  EXPECT_NE(status.message().find("log of redis-2"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
