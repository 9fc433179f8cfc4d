#include "harness/platform/kubernetes/kubernetes_cluster.h"

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// A pod redis-cluster-0 with as many restarts as `restarts` says; its logs.
const char* const kCluster = R"(
if words[0] == "logs":
    if "--previous" in words:
        print("before")
    elif text_of("no-log"):
        fail("container is creating")
    else:
        print("now")
    sys.exit(0)
if words[1] != "pods":
    time.sleep(600)
print(json.dumps({"type": "ADDED", "object": {
    "metadata": {"name": "redis-cluster-0", "uid": "u"},
    "status": {"phase": "Running", "podIP": "10.0.0.1", "containerStatuses": [
        {"name": "redis", "restartCount": int(text_of("restarts") or 0),
         "state": {"running": {}}}]}}}), flush=True)
time.sleep(600)
)";

class KubernetesClusterTest : public testing::Test {
 protected:
  KubernetesClusterTest() : fake_(kCluster) {}

  void Start(const std::string& container = "") {
    watch_ = std::make_shared<PodWatch>(PodWatchOptions{
        .own = fake_.kubectl("n"),
        .servers = fake_.kubectl("n"),
        .nodes = {{"redis-0", "redis-cluster-0"}, {"redis-1", "redis-cluster-1"}}});
    ControlPlane control = {
        .command =
            [this](const Endpoint& at, const std::vector<std::string>& command, Nanos) {
              asked_ = ToString(at) + " " + command[0];
              return Result<Reply>(
                  Reply{.type = ReplyType::kStatus, .text = "PONG", .elements = {}});
            },
        .probe = [](const Endpoint& at, Nanos) { return "refused at " + at.host; },
        .password = "s3cret"};
    cluster_.emplace(fake_.kubectl("n"), container, watch_, control);
    ASSERT_TRUE(
        watch_->Await([this] { return watch_->Find("redis-0").ok(); }, seconds(30)));
  }

  FakeKubectl fake_;
  std::shared_ptr<PodWatch> watch_;
  std::string asked_;
  std::optional<KubernetesCluster> cluster_;
};

TEST_F(KubernetesClusterTest, CommandsAndProbesGoToThePodsAddress) {
  Start();
  EXPECT_EQ((Endpoint{"10.0.0.1", 6379}), cluster_->ClientEndpoint("redis-0"));
  const auto pong = cluster_->Command("redis-0", {"PING"}, seconds(1));
  ASSERT_TRUE(pong.ok()) << pong.message();
  EXPECT_EQ("PONG", pong->text);
  EXPECT_EQ("10.0.0.1:6379 PING", asked_);
  EXPECT_EQ("refused at 10.0.0.1", cluster_->ProbeClientPort("redis-0", seconds(1)));
  EXPECT_EQ("s3cret", cluster_->password());
}

TEST_F(KubernetesClusterTest, NodeThatNeverHadAnAddressIsAnError) {
  Start();
  EXPECT_EQ("redis-1's pod has no address yet",
            cluster_->Command("redis-1", {"PING"}, seconds(1)).message());
  EXPECT_EQ("its pod has no address yet",
            cluster_->ProbeClientPort("redis-1", seconds(1)));
  EXPECT_EQ("", asked_);
}

TEST_F(KubernetesClusterTest, LogIsThatOfTheContainerAlone) {
  Start("redis");
  EXPECT_EQ("now\n", *cluster_->ReadLog("redis-0"));
  EXPECT_EQ(
      "--kubeconfig=/k --context=here --namespace=n logs redis-cluster-0 "
      "--container=redis",
      fake_.calls().back());
}

TEST_F(KubernetesClusterTest, RestartedContainerHasALogBefore) {
  fake_.Write("restarts", "1");
  Start();
  EXPECT_EQ("before\nnow\n", *cluster_->ReadLog("redis-0"));
  fake_.Write("no-log", "x");
  EXPECT_EQ("before\n", *cluster_->ReadLog("redis-0"));
}

TEST_F(KubernetesClusterTest, NoLogIsAnErrorWithKubectlsWords) {
  Start();
  fake_.Write("no-log", "x");
  EXPECT_NE(std::string::npos,
            cluster_->ReadLog("redis-0").message().find("container is creating"));
}

TEST_F(KubernetesClusterTest, WhatNobodyPluggedInItCanNot) {
  Start();
  EXPECT_EQ(nullptr, cluster_->process_control());
  EXPECT_EQ(nullptr, cluster_->network_control());
  EXPECT_EQ(nullptr, cluster_->pod_control());
  EXPECT_EQ(nullptr, cluster_->machine_control());
}

TEST_F(KubernetesClusterTest, ObservationsAreTheWatchs) {
  Start();
  const auto seen = cluster_->TakeObservations();
  ASSERT_EQ(1U, seen.size());
  EXPECT_EQ("redis-0", seen[0].node);
  EXPECT_TRUE(cluster_->TakeObservations().empty());
}

}  // namespace
}  // namespace slotquake
