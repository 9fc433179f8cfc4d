// The objects in testdata are a real API server's words (Kubernetes 1.20) about pods
// that were made to fail.
#include "harness/platform/kubernetes/pod_trouble.h"

#include <algorithm>
#include <fstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

json ReadData(const std::string& name) {
  std::ifstream in("harness/platform/kubernetes/testdata/" + name);
  EXPECT_TRUE(in) << name;
  return json::parse(in);
}

class PodTroubleTest : public testing::Test {
 protected:
  json Pod(const std::string& name) const {
    for (const json& pod : pods_["items"]) {
      if (pod["metadata"]["name"] == name) return pod;
    }
    ADD_FAILURE() << "no pod " << name;
    return {};
  }
  std::string Describe(const std::string& name) const {
    return DescribePodTrouble(Pod(name), events_["items"].get<std::vector<json>>());
  }

  const json pods_ = ReadData("trouble_pods.json");
  const json events_ = ReadData("trouble_events.json");
};

testing::AssertionResult Has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no \"" << part << "\" in:\n" << text;
}

TEST_F(PodTroubleTest, PodThatRunsIsNoTrouble) {
  EXPECT_EQ("", Describe("fine"));
  EXPECT_FALSE(IsStuck(Pod("fine")));
}

TEST_F(PodTroubleTest, ImageThatCanNotBePulled) {
  const std::string text = Describe("no-image");
  EXPECT_TRUE(Has(text, "no-image: its image redis:9.9 can not be had"));
  EXPECT_TRUE(Has(text, "deploy/kind/cluster load"));
  EXPECT_TRUE(Has(text, "Failed to pull image"));
  EXPECT_TRUE(IsStuck(Pod("no-image")));
}

TEST_F(PodTroubleTest, ImageThatIsNotOnTheMachine) {
  EXPECT_TRUE(Has(Describe("never-pulled"),
                  "its image slotquake:none can not be had (ErrImageNeverPull"));
  EXPECT_TRUE(IsStuck(Pod("never-pulled")));
}

TEST_F(PodTroubleTest, NoMachineIsLargeEnough) {
  const std::string text = Describe("too-large");
  EXPECT_TRUE(Has(text, "no machine takes it (0/4 nodes are available"));
  EXPECT_TRUE(Has(text, "3 Insufficient cpu.); free some, or add a machine"));
  EXPECT_TRUE(IsStuck(Pod("too-large")));
}

TEST_F(PodTroubleTest, VolumeThatIsNotThere) {
  const std::string text = Describe("no-volume");
  EXPECT_TRUE(Has(text, "pod has unbound immediate PersistentVolumeClaims"));
  EXPECT_TRUE(Has(text, "slotquake/volume-N"));
  EXPECT_TRUE(IsStuck(Pod("no-volume")));
}

TEST_F(PodTroubleTest, ServerThatEndsAgainAndAgain) {
  const std::string text = Describe("crashing");
  EXPECT_TRUE(Has(text, "ended with exit code 3"));
  EXPECT_TRUE(Has(text, "BackOff: Back-off restarting failed container"));
}

TEST_F(PodTroubleTest, WhatMayPassIsNotStuck) {
  EXPECT_TRUE(Has(Describe("no-config"), "ContainerCreating"));
  EXPECT_TRUE(Has(Describe("no-config"), "configmap \"none-such\" not found"));
  EXPECT_FALSE(IsStuck(Pod("no-config")));
}

TEST_F(PodTroubleTest, PodsThatAQuotaForbids) {
  const std::string text = DescribeTrouble(pods_, events_, {"over-quota-1"});
  EXPECT_TRUE(Has(text, "over-quota-1: there is no such pod"));
  EXPECT_TRUE(Has(text, "StatefulSet over-quota: create Pod over-quota-1"));
  EXPECT_TRUE(Has(text, "exceeded quota: few"));
  EXPECT_TRUE(Has(text, "too-large: "));
  EXPECT_EQ(std::string::npos, text.find("fine"));
}

// As a controller says it every few seconds: each time of another pod, with other sums.
TEST_F(PodTroubleTest, WhatAQuotaForbidsIsSaidOnce) {
  const auto forbids = [](const std::string& kind, const std::string& name,
                          const std::string& pod, const std::string& used) {
    return json{
        {"type", "Warning"},
        {"reason", "FailedCreate"},
        {"involvedObject", {{"kind", kind}, {"name", name}}},
        {"message", "create Pod " + pod + " failed error: pods \"" + pod +
                        "\" is forbidden: exceeded quota: few, requested: cpu=500m, "
                        "used: cpu=" +
                        used + ", limited: cpu=1"}};
  };
  const json events = {
      {"items",
       {forbids("StatefulSet", "redis-cluster", "redis-cluster-1", "600m"),
        forbids("StatefulSet", "redis-cluster", "redis-cluster-1", "700m"),
        forbids("StatefulSet", "redis-cluster", "redis-cluster-2", "1"),
        forbids("StatefulSet", "redis-other", "redis-other-2", "1"),
        forbids("ReplicaSet", "hit-counter-app-6d4cf56db6",
                "hit-counter-app-6d4cf56db6-abcde", "800m"),
        forbids("ReplicaSet", "hit-counter-app-6d4cf56db6",
                "hit-counter-app-6d4cf56db6-x2k9p", "900m")}}};
  const std::string text = DescribeTrouble(json::object(), events, {});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_TRUE(
      Has(text, "StatefulSet redis-cluster: create Pod redis-cluster-2 failed"));
  EXPECT_TRUE(Has(text, "used: cpu=900m")) << "the latest";
}

TEST_F(PodTroubleTest, NothingIsKnownOfNothing) {
  EXPECT_EQ("", DescribeTrouble(json::object(), json::object(), {}));
}

std::string Explained(const std::string& message) {
  return ExplainKubectlError(Status::Error(message)).message();
}

TEST(ExplainKubectlErrorTest, MissingRightIsNamed) {
  const std::string text = Explained(
      "kubectl get nodes: exit code 1: Error from server (Forbidden): nodes is "
      "forbidden: User \"joe\" cannot list resource \"nodes\" in API group \"\" at the "
      "cluster scope");
  EXPECT_TRUE(Has(text, "joe has no right to list nodes in the whole cluster"));
  EXPECT_TRUE(Has(text, "deploy/kubernetes/rbac"));
  EXPECT_TRUE(Has(
      Explained(
          "statefulsets.apps is forbidden: User \"joe\" cannot create resource "
          "\"statefulsets\" in API group \"apps\" in the namespace \"slotquake-1\""),
      "joe has no right to create statefulsets.apps in the namespace slotquake-1"));
}

TEST(ExplainKubectlErrorTest, ContextThatIsNotThere) {
  for (const char* said :
       {"Error in configuration: context was not found for specified context: nope",
        "error: context \"nope\" does not exist"}) {
    const std::string text = Explained(said);
    EXPECT_TRUE(Has(text, "there is no context nope in the kubeconfig")) << said;
  }
}

TEST(ExplainKubectlErrorTest, ApiServerThatDoesNotAnswer) {
  for (const char* said :
       {"The connection to the server 127.0.0.1:1 was refused - did you specify the "
        "right host or port?",
        "Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout",
        "kubectl get nodes: no end within 20.000000 s"}) {
    EXPECT_TRUE(Has(Explained(said), "API server does not answer")) << said;
  }
}

TEST(ExplainKubectlErrorTest, OtherErrorsAndNoErrorStayAsTheyAre) {
  EXPECT_EQ("pods \"x\" not found", Explained("pods \"x\" not found"));
  EXPECT_TRUE(ExplainKubectlError(Status::Ok()).ok());
}

}  // namespace
}  // namespace slotquake
