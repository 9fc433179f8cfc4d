// testdata/rendered_kind.json is what deploy/kubernetes/render --json prints for
// overlays/kind, worker and agent.
#include "harness/platform/kubernetes/manifests.h"

#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

Manifests Rendered() {
  std::ifstream in("harness/platform/kubernetes/testdata/rendered_kind.json");
  std::ostringstream text;
  text << in.rdbuf();
  auto manifests = ReadManifests(text.str());
  EXPECT_TRUE(manifests.ok()) << manifests.message();
  return manifests.ok() ? *manifests : Manifests();
}

ManifestPlan Plan() {
  return {.run = "20261125t021500z-42",
          .name_space = "slotquake-20261125t021500z-42",
          .masters = 3,
          .nodes = 6,
          .clients = 2,
          .settings = {{"cluster-node-timeout", "2000"}, {"maxmemory", "10mb"}},
          .server_image = "",
          .server_program = "",
          .own_image = "slotquake:abc"};
}

Manifests Adapted(const ManifestPlan& plan) {
  auto adapted = AdaptManifests(Rendered(), plan);
  EXPECT_TRUE(adapted.ok()) << adapted.message();
  return adapted.ok() ? *adapted : Manifests();
}

json Find(const Manifests& manifests, const std::string& kind,
          const std::string& name) {
  for (const json& object : manifests) {
    if (object["kind"] == kind && object["metadata"]["name"] == name) return object;
  }
  ADD_FAILURE() << "no " << kind << " " << name;
  return json::object();
}

Manifests OfKind(const Manifests& manifests, const std::string& kind) {
  Manifests found;
  for (const json& object : manifests) {
    if (object["kind"] == kind) found.push_back(object);
  }
  return found;
}

TEST(ReadManifestsTest, ObjectsThatFollowEachOtherAndThoseOfAList) {
  const auto manifests = ReadManifests(
      R"({"kind":"A"} {"kind":"List","items":[{"kind":"B"},{"kind":"C"}]}{"kind":"D"})");
  ASSERT_TRUE(manifests.ok()) << manifests.message();
  ASSERT_EQ(4U, manifests->size());
  EXPECT_EQ("C", manifests->at(2)["kind"]);
  EXPECT_FALSE(ReadManifests("").ok());
  EXPECT_FALSE(ReadManifests(R"({"kind":"A"} {"kind":)").ok());
}

TEST(AdaptManifestsTest, EverythingIsInTheRunsNamespaceAndHasItsLabels) {
  const ManifestPlan plan = Plan();
  const std::set<std::string> cluster_wide = {"PersistentVolume", "StorageClass"};
  for (const json& object : Adapted(plan)) {
    const json& metadata = object["metadata"];
    EXPECT_EQ(plan.run, metadata["labels"]["slotquake/run"]) << object["kind"];
    EXPECT_EQ("slotquake", metadata["labels"]["app.kubernetes.io/managed-by"]);
    if (cluster_wide.contains(object["kind"].get<std::string>())) {
      EXPECT_FALSE(metadata.contains("namespace")) << object["kind"];
    } else {
      EXPECT_EQ(plan.name_space, metadata["namespace"]) << object["kind"];
    }
    const json::json_pointer pods("/spec/template/metadata/labels");
    if (object.contains(pods)) {
      EXPECT_EQ(plan.run, object[pods]["slotquake/run"]);
      for (const auto& [label, value] :
           object["spec"]["selector"]["matchLabels"].items()) {
        EXPECT_EQ(value, object[pods][label]) << "a controller without its pods";
      }
    }
  }
}

TEST(AdaptManifestsTest, WhatHasNoNamespaceHasANameOfTheRunAndReferencesFollow) {
  const ManifestPlan plan = Plan();
  const Manifests adapted = Adapted(plan);
  const std::string storage = plan.name_space + "-redis-cluster";
  EXPECT_EQ(storage, OfKind(adapted, "StorageClass").at(0)["metadata"]["name"]);
  for (const json& volume : OfKind(adapted, "PersistentVolume")) {
    EXPECT_TRUE(volume["metadata"]["name"].get<std::string>().starts_with(
        plan.name_space + "-"));
    EXPECT_EQ(storage, volume["spec"]["storageClassName"]);
    EXPECT_EQ(plan.name_space, volume["spec"]["claimRef"]["namespace"]);
  }
  EXPECT_EQ(storage, Find(adapted, "StatefulSet",
                          "redis-cluster")["spec"]["volumeClaimTemplates"][0]["spec"]
                                          ["storageClassName"]);
}

TEST(AdaptManifestsTest, DataIsWhereNoOtherRunHasAny) {
  std::set<std::string> folders;
  for (const json& volume : OfKind(Adapted(Plan()), "PersistentVolume")) {
    folders.insert(volume["spec"]["hostPath"]["path"].get<std::string>());
  }
  EXPECT_EQ(6U, folders.size());
  EXPECT_TRUE(
      folders.contains("/var/local/slotquake/20261125t021500z-42/redis-cluster-5"));
}

TEST(AdaptManifestsTest, AVolumeForEachNodeHoweverManyThereAre) {
  for (const int masters : {1, 3, 4, 7}) {
    for (const int replicas : {0, 1, 2}) {
      ManifestPlan plan = Plan();
      plan.masters = masters;
      plan.nodes = masters * (1 + replicas);
      const Manifests adapted = Adapted(plan);
      EXPECT_EQ(plan.nodes,
                Find(adapted, "StatefulSet", "redis-cluster")["spec"]["replicas"]);
      std::set<std::string> names;
      std::set<std::string> claims;
      std::set<std::string> folders;
      for (const json& volume : OfKind(adapted, "PersistentVolume")) {
        names.insert(volume["metadata"]["name"].get<std::string>());
        claims.insert(volume["spec"]["claimRef"]["name"].get<std::string>());
        folders.insert(volume["spec"]["hostPath"]["path"].get<std::string>());
      }
      const auto nodes = static_cast<std::size_t>(plan.nodes);
      EXPECT_EQ(nodes, names.size());
      EXPECT_EQ(nodes, folders.size());
      EXPECT_EQ(nodes, claims.size());
      EXPECT_TRUE(
          claims.contains("data-redis-cluster-" + std::to_string(plan.nodes - 1)));
    }
  }
}

// The machine that deploy/kind/cluster gives a volume's label to, with three workers.
int MachineOf(const json& volume) {
  const std::string key = volume["spec"]["nodeAffinity"]["required"]
                                ["nodeSelectorTerms"][0]["matchExpressions"][0]["key"]
                                    .get<std::string>();
  const int label = std::stoi(key.substr(key.rfind('-') + 1));
  return label < 3 ? label : (label + 1) % 3;
}

TEST(AdaptManifestsTest, MasterAndReplicasAreOnDifferentMachines) {
  for (const int masters : {3, 4, 5}) {
    for (const int replicas : {1, 2}) {
      ManifestPlan plan = Plan();
      plan.masters = masters;
      plan.nodes = masters * (1 + replicas);
      std::map<int, std::set<int>> machines;  // by shard
      const Manifests volumes = OfKind(Adapted(plan), "PersistentVolume");
      for (std::size_t i = 0; i < volumes.size(); ++i) {
        machines[static_cast<int>(i) % masters].insert(MachineOf(volumes[i]));
      }
      for (const auto& [shard, its] : machines) {
        EXPECT_EQ(static_cast<std::size_t>(1 + replicas), its.size())
            << "shard " << shard << " of " << masters << " x " << replicas;
      }
    }
  }
}

TEST(AdaptManifestsTest, ImagesAndProgramsAndClients) {
  ManifestPlan plan = Plan();
  plan.server_image = "valkey/valkey:8.0";
  plan.server_program = "valkey-server";
  const Manifests adapted = Adapted(plan);
  const json servers = Find(adapted, "StatefulSet", "redis-cluster");
  const json& server = servers["spec"]["template"]["spec"]["containers"][0];
  EXPECT_EQ("valkey/valkey:8.0", server["image"]);
  EXPECT_EQ("valkey-server", server["command"][1]);
  const json clients = Find(adapted, "StatefulSet", "client");
  EXPECT_EQ(2, clients["spec"]["replicas"]);
  EXPECT_EQ("slotquake:abc",
            clients["spec"]["template"]["spec"]["containers"][0]["image"]);
  EXPECT_EQ("slotquake:abc",
            Find(adapted, "Pod", "observer")["spec"]["containers"][0]["image"]);
  EXPECT_EQ(
      "slotquake:abc",
      Find(adapted, "DaemonSet",
           "slotquake-agent")["spec"]["template"]["spec"]["containers"][0]["image"]);
}

TEST(AdaptManifestsTest, SettingsAreInTheConfigMap) {
  const std::string conf =
      Find(Adapted(Plan()), "ConfigMap", "redis-cluster")["data"]["redis.conf"]
          .get<std::string>();
  EXPECT_NE(std::string::npos, conf.find("\ncluster-node-timeout 2000\n")) << conf;
  EXPECT_EQ(std::string::npos, conf.find("15000")) << conf;
  EXPECT_NE(std::string::npos, conf.find("\nmaxmemory 10mb\n")) << conf;
  EXPECT_NE(std::string::npos, conf.find("cluster-enabled yes\n")) << conf;
}

TEST(AdaptManifestsTest, ManifestsWithoutServersAreRefusedUnlessTheyAreThereAlready) {
  Manifests manifests = Rendered();
  TakeComponent(manifests, "server");
  const auto refused = AdaptManifests(manifests, Plan());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(std::string::npos, refused.message().find("no StatefulSet"));
  ManifestPlan plan = Plan();
  plan.nodes = 0;
  EXPECT_TRUE(AdaptManifests(manifests, plan).ok());
}

TEST(ChooseClientsTest, AJobWhereTheServerKnowsIndexedOnes) {
  const json job = {
      {"kind", "Job"},
      {"metadata", {{"name", "client"}}},
      {"spec",
       {{"completions", 1},
        {"parallelism", 1},
        {"template", {{"metadata", {{"labels", {{"slotquake/worker", "client"}}}}}}}}}};
  for (const auto& [version, kind] :
       {std::pair{"v1.20.2", "StatefulSet"}, std::pair{"v1.21.14", "StatefulSet"},
        std::pair{"v1.22.0", "Job"}, std::pair{"v1.34.0-gke.1", "Job"},
        std::pair{"?", "StatefulSet"}}) {
    Manifests manifests = Rendered();
    manifests.push_back(job);
    const std::size_t before = manifests.size();
    ChooseClients(manifests, version);
    EXPECT_EQ(manifests.size(), before - 1) << version;
    EXPECT_EQ(Find(manifests, kind, "client")["kind"], kind) << version;
    auto adapted = AdaptManifests(manifests, Plan());
    ASSERT_TRUE(adapted.ok()) << adapted.message();
    const json spec = Find(*adapted, kind, "client")["spec"];
    EXPECT_EQ(spec[kind == std::string("Job") ? "completions" : "replicas"], 2);
    EXPECT_EQ(spec.value("parallelism", 2), 2);
  }
}

TEST(TakeComponentTest, TakesThatOneAlone) {
  Manifests manifests = Rendered();
  const std::size_t all = manifests.size();
  const Manifests taken = TakeComponent(manifests, "hit-counter");
  EXPECT_EQ(2U, taken.size());
  EXPECT_EQ(all, manifests.size() + taken.size());
}

TEST(SetHitCounterArgumentsTest, SeedsAndTimeout) {
  Manifests manifests = Rendered();
  Manifests counter = TakeComponent(manifests, "hit-counter");
  SetHitCounterArguments(counter, "10.0.0.1:6379,10.0.0.2:6379", true, 700);
  const json arguments =
      Find(counter, "Deployment",
           "hit-counter-app")["spec"]["template"]["spec"]["containers"][0]["args"];
  EXPECT_EQ("--seeds=$(REDIS_CLUSTER_SERVICE_HOST):6379,10.0.0.1:6379,10.0.0.2:6379",
            arguments[2]);
  EXPECT_EQ("--timeout-ms=700", arguments[3]);
  SetHitCounterArguments(counter, "10.0.0.3:6379", false, 700);
  EXPECT_EQ(
      "--seeds=10.0.0.3:6379",
      Find(counter, "Deployment",
           "hit-counter-app")["spec"]["template"]["spec"]["containers"][0]["args"][2]);
}

TEST(WithSettingsTest, LinesAreReplacedAndAdded) {
  EXPECT_EQ("# a comment\nb 2\na 9\nc 3\n",
            WithSettings("# a comment\na 1\nb 2\na 3", {{"a", "9"}, {"c", "3"}}));
}

TEST(IsSevenOrLaterImageTest, ByItsTag) {
  for (const char* image : {"redis:7.0", "redis:7", "redis:7.2.4-alpine", "redis",
                            "redis:latest", "debian-redis:bookworm", "redis:8",
                            "registry.example:5000/redis", "valkey/valkey:8.0"}) {
    EXPECT_TRUE(IsSevenOrLaterImage(image)) << image;
  }
  for (const char* image : {"redis:6.2", "redis:6", "registry.example:5000/redis:5.0.9",
                            "redis:6.2.1-alpine"}) {
    EXPECT_FALSE(IsSevenOrLaterImage(image)) << image;
  }
}

TEST(FindServersTest, NameAndImage) {
  const ServerSet servers = FindServers(Rendered());
  EXPECT_EQ("redis-cluster", servers.name);
  EXPECT_EQ("redis:7.0", servers.image);
  EXPECT_EQ("", FindServers({}).name);
}

}  // namespace
}  // namespace slotquake
