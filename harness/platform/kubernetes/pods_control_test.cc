#include "harness/platform/kubernetes/pods_control.h"

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// One StatefulSet of two pods, the first of which is there.
constexpr const char* kScript = R"py(
owners = json.loads(text_of("owners") or '[{"kind": "StatefulSet", "name": "set"}]')
if words[:3] == ["get", "pod", "set-0"]:
    print(json.dumps({"metadata": {"name": "set-0", "uid": "u1", "ownerReferences": owners},
      "spec": {"nodeName": "worker"},
      "status": {"phase": "Running", "podIP": "10.1.2.3",
                 "conditions": [{"type": "Ready", "status": "True"}],
                 "containerStatuses": [{"restartCount": 4}]}}))
elif words[:2] == ["get", "statefulset"]:
    print('{"spec": {"replicas": 2}, "status": {"replicas": 2, "readyReplicas": 1}}')
)py";

class PodsControlTest : public testing::Test {
 protected:
  std::string LastCall() const {
    const std::string all = "--kubeconfig=/k --context=here --namespace=n ";
    return fake_.calls().back().substr(all.size());
  }

  FakeKubectl fake_{kScript};
  PodsControl pods_{fake_.kubectl("n"), {{"redis-0", "set-0"}, {"redis-1", "set-1"}}};
};

TEST_F(PodsControlTest, LooksAtAPodAndAtNone) {
  const auto there = pods_.Look("redis-0");
  ASSERT_TRUE(there.ok()) << there.message();
  EXPECT_TRUE(there->exists && there->ready && !there->deleting);
  EXPECT_EQ(there->name + there->uid + there->machine + there->address,
            "set-0u1worker10.1.2.3");
  EXPECT_EQ(there->restarts, 4);
  const auto none = pods_.Look("redis-1");
  ASSERT_TRUE(none.ok()) << none.message();
  EXPECT_FALSE(none->exists);
  EXPECT_EQ(none->name, "set-1");
  EXPECT_FALSE(pods_.Look("redis-2").ok());
}

TEST_F(PodsControlTest, DeletesAllWithOneCall) {
  ASSERT_TRUE(pods_.Delete({"redis-0", "redis-1"}, std::nullopt).ok());
  EXPECT_EQ(LastCall(), "delete pod --wait=false set-0 set-1");
  ASSERT_TRUE(pods_.Delete({"redis-1"}, seconds(7)).ok());
  EXPECT_EQ(LastCall(), "delete pod --wait=false --grace-period=7 set-1");
  ASSERT_TRUE(pods_.Delete({"redis-1"}, seconds(0)).ok());
  EXPECT_EQ(LastCall(), "delete pod --wait=false --grace-period=0 --force set-1");
}

TEST_F(PodsControlTest, RestartsAndScalesWhoeverOwnsThePods) {
  ASSERT_TRUE(pods_.RolloutRestart().ok());
  EXPECT_EQ(LastCall(), "rollout restart statefulset/set");
  ASSERT_TRUE(pods_.Scale(5).ok());
  EXPECT_EQ(LastCall(), "scale statefulset/set --replicas=5");
  const auto scale = pods_.CurrentScale();
  ASSERT_TRUE(scale.ok()) << scale.message();
  EXPECT_EQ(scale->wanted, 2);
  EXPECT_EQ(scale->existing, 2);
  EXPECT_EQ(scale->ready, 1);
}

TEST_F(PodsControlTest, PodsOfSomethingElseCanNotBeScaled) {
  fake_.Write("owners", R"([{"kind": "ReplicaSet", "name": "app-1"}])");
  const Status scaled = pods_.Scale(5);
  EXPECT_NE(scaled.message().find("belongs to ReplicaSet app-1"), std::string::npos)
      << scaled.message();
  fake_.Write("owners", "[]");
  EXPECT_NE(pods_.RolloutRestart().message().find("belongs to nobody"),
            std::string::npos);
}

}  // namespace
}  // namespace slotquake
