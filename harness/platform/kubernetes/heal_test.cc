#include "harness/platform/kubernetes/heal.h"

#include <sys/stat.h>

#include <fstream>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/manifests.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using nlohmann::json;

// A cluster whose objects are in files; what is deleted goes.
constexpr const char* kScript = R"py(
def objects(name):
    return json.loads(text_of(name) or "[]")
if words[0] == "get" and text_of("down"):
    fail("Unable to connect to the server")
elif words[:2] == ["config", "current-context"]:
    print("here")
elif words[0] == "get" and words[1].startswith("namespaces,"):
    print(json.dumps({"items": objects("wide")}))
elif words[0] == "get" and words[1].startswith("persistentvolumes,"):
    print(json.dumps({"items": objects("volumes")}) if "--output=json" in words else "", end="")
elif words[0] == "get" and words[1].startswith("configmaps,"):
    print(json.dumps({"items": objects("maps")}))
elif words[:2] == ["get", "configmap"]:
    print(text_of("own-map"), end="")
elif words[:2] == ["get", "nodes"]:
    print('{"items": [{"metadata": {"name": "m"}, "status": {"nodeInfo": {"machineID": "1"}}}]}')
elif words[:2] == ["get", "node"]:
    print('{"spec": {"unschedulable": true}}')
elif words[:2] == ["get", "pods"]:
    print('{"items": []}')
elif words[:2] == ["delete", "namespace"]:
    left = [o for o in objects("wide") if o["metadata"]["name"] != words[2]]
    open(here + "/wide", "w").write(json.dumps(left))
)py";

// An engine with no container of the cluster's, and with these kind clusters.
constexpr const char* kDocker = R"sh(#!/bin/sh
here="$(dirname "$0")"
echo "$*" >>"$here/docker-calls"
case "$*" in
  "ps --all --filter label=io.x-k8s.kind.cluster --format"*) cat "$here/clusters" ;;
  "ps "*) echo "${4##*=}-control-plane"; echo "${4##*=}-worker" ;;
  *inspect*) echo "no such container" >&2; exit 1 ;;
esac
)sh";

class HealTest : public testing::Test {
 protected:
  HealTest() {
    fake_.Write("docker", kDocker);
    chmod((fake_.folder() / "docker").c_str(), 0755);
    fake_.Write("clusters", "slotquake\nslotquake\nsomebody\n");
  }

  static json Object(const std::string& kind, const std::string& name,
                     const std::string& run) {
    return {{"kind", kind},
            {"metadata", {{"name", name}, {"labels", {{kRunLabel, run}}}}}};
  }

  // A fault of the run "1" on machine m.
  static JournalEntry Entry(const std::string& type) {
    JournalEntry entry;
    entry.key = "fault-0";
    entry.type = type;
    entry.description = type + " of redis-1";
    entry.name_space = "slotquake-1";
    entry.victims.emplace_back();
    entry.victims.back().uid = "u";
    entry.victims.back().machine = "m";
    return entry;
  }

  static json JournalMap(const std::string& run, JournalEntry entry) {
    json map = Object("ConfigMap", kJournalName, run);
    map["metadata"]["namespace"] = "slotquake-" + run;
    map["data"][entry.key] = ToJson(entry).dump();
    return map;
  }

  Healed Run(const std::string& run = "", bool dry_run = false,
             const std::string& name_space = "") {
    lines_.clear();
    return Heal({.target = fake_.kubectl().target(),
                 .run = run,
                 .name_space = name_space,
                 .dry_run = dry_run,
                 .docker = (fake_.folder() / "docker").string()},
                [this](const std::string& line) { lines_.push_back(line); });
  }

  bool Called(const std::string& what) const {
    for (const std::string& call : fake_.calls()) {
      if (call.find(what) != std::string::npos) return true;
    }
    return false;
  }

  FakeKubectl fake_{kScript};
  std::vector<std::string> lines_;
};

TEST_F(HealTest, ACleanClusterHasNothingToHeal) {
  const Healed healed = Run();
  EXPECT_EQ(healed.steps, 0);
  EXPECT_TRUE(healed.left.empty()) << healed.left.front();
  EXPECT_FALSE(Called("delete"));
  EXPECT_TRUE(
      Called("--selector=app.kubernetes.io/managed-by=slotquake,slotquake/run"));
}

TEST_F(HealTest, WhatIsOfARunIsRemovedAndNothingElse) {
  fake_.Write("wide", json({Object("Namespace", "slotquake-1", "1"),
                            Object("Namespace", "slotquake-2", "2")})
                          .dump());
  const Healed healed = Run("1");
  EXPECT_TRUE(healed.left.empty()) << healed.left.front();
  EXPECT_EQ(healed.steps, 1);
  EXPECT_TRUE(Called("delete namespace slotquake-1"));
  EXPECT_FALSE(Called("slotquake-2"));
  EXPECT_EQ(Run("1").steps, 0) << "a second time there is nothing";
}

TEST_F(HealTest, ADryRunOnlySays) {
  fake_.Write("wide", json({Object("Namespace", "slotquake-1", "1")}).dump());
  fake_.Write("clusters", "slotquake-20200101t000000z-7\n");
  const Healed healed = Run("", true);
  EXPECT_EQ(healed.steps, 2);
  EXPECT_EQ(lines_.at(0), "would delete kind cluster slotquake-20200101t000000z-7");
  EXPECT_FALSE(Called("delete"));
  EXPECT_EQ(fake_.Read("docker-calls").find("rm "), std::string::npos);
}

TEST_F(HealTest, OnlyKindClustersOfRunsAreDeleted) {
  fake_.Write("clusters",
              "slotquake\nslotquake-20200101t000000z-7\nslotquake-mine\nsomebody\n");
  EXPECT_EQ(Run().steps, 1);
  const std::string calls = fake_.Read("docker-calls");
  EXPECT_NE(calls.find("rm --force --volumes "
                       "slotquake-20200101t000000z-7-control-plane "
                       "slotquake-20200101t000000z-7-worker\n"),
            std::string::npos)
      << calls;
  EXPECT_EQ(calls.find("mine-control-plane"), std::string::npos) << calls;
}

TEST_F(HealTest, WhatIsOutOfReachIsLeftWithTheReason) {
  JournalEntry entry = Entry("node_pause");
  fake_.Write("maps", json({JournalMap("1", entry)}).dump());
  Healed healed = Run();
  ASSERT_EQ(healed.left.size(), 1u);
  EXPECT_NE(healed.left[0].find("node_pause of redis-1 on machine m"),
            std::string::npos);
  EXPECT_NE(healed.left[0].find("no container of kind"), std::string::npos);
  entry.undone_at = "then";
  fake_.Write("maps", json({JournalMap("1", entry)}).dump());
  EXPECT_TRUE(Run().left.empty()) << "it was undone";
  entry.undone_at = "";
  entry.type = "pause";
  entry.name_space = "attached";
  fake_.Write("maps", json({JournalMap("1", entry)}).dump());
  healed = Run();
  ASSERT_EQ(healed.left.size(), 1u);
  EXPECT_NE(healed.left[0].find("no agent"), std::string::npos) << healed.left[0];
}

TEST_F(HealTest, ACordonOfTheRunIsLifted) {
  const JournalEntry entry = Entry("node_drain");
  fake_.Write("maps", json({JournalMap("1", entry)}).dump());
  EXPECT_EQ(Run().steps, 1);
  EXPECT_TRUE(Called("uncordon m"));
}

// Without the right to look anywhere else, and without touching what is there.
TEST_F(HealTest, ALentNamespaceIsLeftAndOnlyTheRunsGo) {
  json pod = Object("Pod", "observer", "1");
  pod["metadata"]["namespace"] = "theirs";
  fake_.Write("maps", json({pod}).dump());
  json volume = Object("PersistentVolume", "slotquake-2-data-0", "2");
  volume["spec"]["claimRef"]["namespace"] = "elsewhere";
  fake_.Write("volumes", json({volume}).dump());
  fake_.Write("clusters", "slotquake-20200101t000000z-7\n");
  const Healed healed = Run("", false, "theirs");
  EXPECT_TRUE(healed.left.empty()) << healed.left.front();
  EXPECT_EQ(healed.steps, 1);
  EXPECT_FALSE(Called("--all-namespaces"));
  EXPECT_FALSE(Called("clusterroles"));
  EXPECT_FALSE(Called("delete namespace"));
  EXPECT_FALSE(Called("slotquake/run=2")) << "a volume of a run that is elsewhere";
  EXPECT_TRUE(Called("--namespace=theirs delete statefulsets,"));
}

TEST_F(HealTest, PodsThatTheApiReplacedNeedNoAgent) {
  JournalEntry entry = Entry("pod_delete");
  entry.name_space = "attached";
  fake_.Write("maps", json({JournalMap("1", entry)}).dump());
  EXPECT_TRUE(Run().left.empty());
}

TEST_F(HealTest, TheEndOfARunUndoesItsJournalAndRemovesNothing) {
  EXPECT_EQ(UndoJournal(fake_.kubectl("own"), false, [](const std::string&) {}).steps,
            0);
  const JournalEntry entry = Entry("node_drain");
  fake_.Write("own-map", JournalMap("1", entry).dump());
  const Healed undone =
      UndoJournal(fake_.kubectl("own"), false, [](const std::string&) {});
  EXPECT_TRUE(undone.left.empty()) << undone.left.front();
  EXPECT_EQ(undone.steps, 1);
  EXPECT_TRUE(Called("uncordon m"));
  EXPECT_FALSE(Called("delete"));
}

TEST_F(HealTest, AServerThatDoesNotAnswerIsAnErrorNotACleanCluster) {
  fake_.Write("down", "1");
  const Healed healed = Run();
  ASSERT_EQ(healed.left.size(), 1u);
  EXPECT_NE(healed.left[0].find("Unable to connect"), std::string::npos);
}

TEST(IsOfRun, TakesTheFoldersNameAndItsTrials) {
  EXPECT_TRUE(IsOfRun("20200101t000000z-7", "20200101T000000Z-7"));
  EXPECT_TRUE(IsOfRun("20200101t000000z-7-2", "20200101T000000Z-7"));
  EXPECT_FALSE(IsOfRun("20200101t000000z-77", "20200101T000000Z-7"));
  EXPECT_TRUE(IsOfRun("anything", ""));
  EXPECT_FALSE(IsOfRun("", ""));
}

TEST(RunOfKindCluster, KnowsTheForm) {
  EXPECT_EQ(RunOfKindCluster("slotquake-20200101t000000z-7"), "20200101t000000z-7");
  EXPECT_EQ(RunOfKindCluster("slotquake"), "");
  EXPECT_EQ(RunOfKindCluster("slotquake-ci"), "");
  EXPECT_EQ(RunOfKindCluster("my-slotquake-20200101t000000z-7"), "");
}

}  // namespace
}  // namespace slotquake
