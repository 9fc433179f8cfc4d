#include "harness/platform/kubernetes/pod_state.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

json RunningPod() {
  return json::parse(R"({
    "metadata": {"name": "redis-cluster-0", "uid": "u1",
                 "labels": {"app.kubernetes.io/component": "server"}},
    "spec": {"nodeName": "worker2"},
    "status": {
      "phase": "Running", "podIP": "10.244.1.7",
      "conditions": [{"type": "Ready", "status": "True"}],
      "containerStatuses": [
        {"name": "sidecar", "restartCount": 9, "state": {"waiting": {"reason": "X"}}},
        {"name": "redis", "restartCount": 2, "containerID": "containerd://abc",
         "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}},
         "state": {"running": {"startedAt": "2026-11-25T02:49:35Z"}}}]}})");
}

TEST(ReadPodTest, RunningPod) {
  const PodState pod = ReadPod(RunningPod(), "redis");
  EXPECT_EQ("redis-cluster-0", pod.name);
  EXPECT_EQ("u1", pod.uid);
  EXPECT_EQ("server", pod.component);
  EXPECT_EQ("10.244.1.7", pod.address);
  EXPECT_EQ("worker2", pod.machine);
  EXPECT_EQ("abc", pod.container_id);
  EXPECT_EQ("running", pod.state);
  EXPECT_EQ("", pod.reason);
  EXPECT_EQ(137, pod.exit_code);
  EXPECT_EQ(2, pod.restarts);
  EXPECT_TRUE(pod.ready);
  EXPECT_TRUE(pod.Runs());
}

TEST(ReadPodTest, WithoutANameItIsTheFirstContainer) {
  const PodState pod = ReadPod(RunningPod());
  EXPECT_EQ(9, pod.restarts);
  EXPECT_EQ("waiting", pod.state);
  EXPECT_FALSE(pod.Runs());
}

TEST(ReadPodTest, PodOfAnIndexedJobIsKnownByItsIndex) {
  json pod = {{"metadata",
               {{"name", "client-1-x2k9p"},
                {"labels", {{"job-name", "client"}}},
                {"annotations", {{"batch.kubernetes.io/job-completion-index", "1"}}}}}};
  EXPECT_EQ(ReadPod(pod).known_as, "client-1");
  EXPECT_EQ(ReadPod(pod).name, "client-1-x2k9p");
  pod["metadata"].erase("annotations");
  EXPECT_EQ(ReadPod(pod).known_as, "client-1-x2k9p");
}

TEST(ReadPodTest, EndedContainerHasNoIdAndItsExitCode) {
  json object = RunningPod();
  object["status"]["containerStatuses"][1]["state"] =
      json::parse(R"({"terminated": {"exitCode": 1, "reason": "Error"}})");
  const PodState pod = ReadPod(object, "redis");
  EXPECT_EQ("terminated", pod.state);
  EXPECT_EQ("Error", pod.reason);
  EXPECT_EQ(1, pod.exit_code);
  EXPECT_EQ("", pod.container_id);
}

TEST(ReadPodTest, PodThatIsEndingDoesNotRun) {
  json object = RunningPod();
  object["metadata"]["deletionTimestamp"] = "2026-11-25T02:50:00Z";
  EXPECT_TRUE(ReadPod(object, "redis").deleting);
  EXPECT_FALSE(ReadPod(object, "redis").Runs());
}

TEST(ReadPodTest, NewPodHasNothingYet) {
  const PodState pod =
      ReadPod(json::parse(R"({"metadata": {"name": "x"}, "status": {}})"));
  EXPECT_EQ("x", pod.name);
  EXPECT_EQ("", pod.address);
  EXPECT_EQ("", pod.state);
  EXPECT_EQ(-1, pod.exit_code);
  EXPECT_FALSE(pod.Runs());
}

TEST(PodDataTest, HasWhatAReaderNeeds) {
  const json data = PodData(ReadPod(RunningPod(), "redis"), "changed");
  EXPECT_EQ("changed", data["what"]);
  EXPECT_EQ("redis-cluster-0", data["pod"]);
  EXPECT_EQ(137, data["exit_code"]);
  EXPECT_EQ("worker2", data["machine"]);
}

}  // namespace
}  // namespace slotquake
