// `slotquake heal` on a real kind cluster, after leftovers made by hand: what a runner
// leaves that is killed at the worst moment.
#include "gtest/gtest.h"
#include "harness/base/subprocess.h"
#include "harness/platform/kubernetes/heal.h"
#include "harness/platform/kubernetes/journal.h"
#include "harness/platform/kubernetes/kind_fixture.h"
#include "harness/platform/kubernetes/machine_cut.h"
#include "harness/platform/kubernetes/manifests.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr const char* kRun = "20200101t000000z-7";
constexpr const char* kRunSpace = "slotquake-20200101t000000z-7";

json RunLabels(const std::string& run) {
  return {{"app.kubernetes.io/managed-by", "slotquake"}, {kRunLabel, run}};
}

class HealKindTest : public testing::Test {
 protected:
  // The servers are in a namespace of the run, or in one that somebody else has.
  void Deploy(bool attached) {
    space_ = attached ? "bystander" : kRunSpace;
    auto redis = KindRedis::Deploy(space_, attached ? json::object() : RunLabels(kRun));
    ASSERT_TRUE(redis.ok()) << redis.message();
    redis_ = std::move(*redis);
    if (attached) {
      Apply({{"apiVersion", "v1"},
             {"kind", "Namespace"},
             {"metadata", {{"name", kRunSpace}, {"labels", RunLabels(kRun)}}}});
    }
    const auto kind = KindCluster::Of(kubectl_);
    ASSERT_TRUE(kind.ok()) << kind.message();
    kind_ = *kind;
    machine_ = *redis_->machines().MachineOf("redis-1");
    journal_ = std::make_unique<Journal>(kubectl_.In(kRunSpace), kRun, space_, *redis_,
                                         redis_->pods());
  }

  void Apply(const json& object) {
    const auto applied = kubectl_.Run({"apply", "--filename=-"}, object.dump());
    ASSERT_TRUE(applied.ok()) << applied.message();
  }

  void Note(std::size_t index, const std::string& type) {
    FaultRecord record;
    record.type = type;
    record.description = type + " of redis-1";
    record.victims.emplace_back();
    record.victims.back().node = "redis-1";
    const Nanos begin = MonotonicNow();
    const Status noted = journal_->Begin(index, record);
    ASSERT_TRUE(noted.ok()) << noted.message();
    std::printf("a note of %s: %.0f ms\n", type.c_str(),
                ToMillis(MonotonicNow() - begin));
  }

  Healed HealRun(bool dry_run = false) {
    return Heal(
        {.target = KindTarget(), .run = "20200101T000000Z-7", .dry_run = dry_run},
        [](const std::string& line) { std::printf("  %s\n", line.c_str()); });
  }

  static void ExpectClean(const Healed& healed) {
    for (const std::string& left : healed.left) ADD_FAILURE() << left;
  }

  bool IsThere(const std::string& kind, const std::string& name) {
    const auto found = kubectl_.Run({"get", kind, name, "--ignore-not-found"});
    return !found.ok() || !found->empty();
  }

  Kubectl kubectl_{KindTarget()};
  std::string space_;
  std::unique_ptr<KindRedis> redis_;
  std::optional<KindCluster> kind_;
  std::string machine_;  // of redis-1
  std::unique_ptr<Journal> journal_;
};

TEST_F(HealKindTest, APausedMachineGoesOnAndTheRunIsRemovedOnce) {
  Deploy(false);
  Note(0, "node_pause");
  ASSERT_TRUE(kind_->Pause(machine_).ok());
  const Healed dry = HealRun(true);
  EXPECT_EQ(dry.steps, 2);
  EXPECT_EQ(*kind_->State(machine_), MachineState::kPaused) << "a dry run does nothing";
  EXPECT_TRUE(IsThere("namespace", kRunSpace));
  const Healed healed = HealRun();
  ExpectClean(healed);
  EXPECT_EQ(*kind_->State(machine_), MachineState::kRunning);
  EXPECT_FALSE(IsThere("namespace", kRunSpace));
  const Healed again = HealRun();
  ExpectClean(again);
  EXPECT_EQ(again.steps, 0) << "nothing to heal";
}

TEST_F(HealKindTest, AStoppedMachineIsStarted) {
  Deploy(false);
  Note(0, "node_stop");
  ASSERT_TRUE(kind_->Stop(machine_).ok());
  ExpectClean(HealRun());
  EXPECT_EQ(*kind_->State(machine_), MachineState::kRunning);
  EXPECT_FALSE(IsThere("namespace", kRunSpace));
  EXPECT_TRUE(Await(
      [&] {
        const auto ready = kubectl_.Run(
            {"get", "node", machine_,
             "--output=jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"});
        return ready.ok() && *ready == "True";
      },
      seconds(120)));
}

TEST_F(HealKindTest, ACutMachineIsHealedAndADrainedOneTakesPods) {
  Deploy(false);
  Note(0, "node_partition");
  Note(1, "node_drain");
  ASSERT_TRUE(redis_->machines().Drain(machine_).ok());
  ASSERT_TRUE(CutMachine(*kind_, machine_).ok());
  EXPECT_TRUE(
      Await([&] { return PacketsStopped(*kind_, machine_).value() > 0; }, seconds(20)));
  ExpectClean(HealRun());
  EXPECT_FALSE(PacketsStopped(*kind_, machine_).ok()) << "there is no such table";
  const auto cordoned = redis_->machines().IsCordoned(machine_);
  EXPECT_TRUE(cordoned.ok() && !*cordoned);
}

TEST_F(HealKindTest, WhatWasUndoneIsLeftAlone) {
  Deploy(false);
  Note(0, "node_drain");
  ASSERT_TRUE(journal_->End(0).ok());
  ASSERT_TRUE(kubectl_.Run({"cordon", machine_}).ok());  // by somebody else, later
  ExpectClean(HealRun());
  const auto cordoned = redis_->machines().IsCordoned(machine_);
  EXPECT_TRUE(cordoned.ok() && *cordoned);
  EXPECT_TRUE(redis_->machines().Uncordon(machine_).ok());
}

TEST_F(HealKindTest, AnAttachedClusterIsScaledBackAndItsPodsGoOn) {
  Deploy(true);
  const auto before = redis_->pods().Look("redis-1");
  Note(0, "pause");
  const std::string pid = "$(pgrep -o redis-server)";
  ASSERT_TRUE(kind_
                  ->Shell(machine_, "kill -STOP " + pid + "\nnsenter -t " + pid +
                                        " -n nft add table inet slotquake_fault_0\n" +
                                        "nft add table inet bystander\n")
                  .ok());
  ASSERT_FALSE(redis_->Command("redis-1", {"PING"}, seconds(1)).ok());
  ExpectClean(HealRun());
  EXPECT_TRUE(redis_->Command("redis-1", {"PING"}, seconds(1)).ok());
  const auto tables =
      kind_->Shell(machine_, "nsenter -t " + pid +
                                 " -n nft list tables; nft list tables; "
                                 "nft delete table inet bystander");
  ASSERT_TRUE(tables.ok()) << tables.message();
  EXPECT_EQ(tables->find("slotquake_"), std::string::npos) << *tables;
  EXPECT_NE(tables->find("bystander"), std::string::npos) << *tables;
  EXPECT_FALSE(IsThere("namespace", kRunSpace));
  const auto after = redis_->pods().Look("redis-1");
  EXPECT_EQ(before->uid, after->uid) << "the bystander's pod was not touched";
}

TEST_F(HealKindTest, AnAttachedStatefulSetGetsItsOldScale) {
  Deploy(true);
  Note(0, "scale_down");
  ASSERT_TRUE(redis_->pods().Scale(1).ok());
  ExpectClean(HealRun());
  EXPECT_EQ(redis_->pods().CurrentScale()->wanted, 2);
  EXPECT_TRUE(IsThere("namespace", "bystander"));
}

TEST_F(HealKindTest, OnlyWhatHasTheLabelsOfTheRunIsRemoved) {
  Deploy(false);
  const auto volume = [](const std::string& name, const json& labels) -> json {
    return {{"apiVersion", "v1"},
            {"kind", "PersistentVolume"},
            {"metadata", {{"name", name}, {"labels", labels}}},
            {"spec",
             {{"capacity", {{"storage", "1Mi"}}},
              {"accessModes", {"ReadWriteOnce"}},
              {"hostPath", {{"path", "/tmp/nothing"}}}}}};
  };
  const json by_hand = {{"app.kubernetes.io/managed-by", "slotquake"}};
  Apply(volume("of-the-run", RunLabels(kRun)));
  Apply(volume("of-another-run", RunLabels("20200101t000000z-8")));
  Apply(volume("made-by-hand", by_hand));
  Apply({{"apiVersion", "v1"},
         {"kind", "Namespace"},
         {"metadata", {{"name", "made-by-hand"}, {"labels", by_hand}}}});
  ASSERT_TRUE(kind_
                  ->Shell(machine_,
                          "mkdir -p /var/local/slotquake/20200101t000000z-7/redis-0 "
                          "/var/local/slotquake/20200101t000000z-8")
                  .ok());
  ExpectClean(HealRun());
  EXPECT_FALSE(IsThere("persistentvolume", "of-the-run"));
  EXPECT_TRUE(IsThere("persistentvolume", "of-another-run"));
  EXPECT_TRUE(IsThere("persistentvolume", "made-by-hand"));
  EXPECT_TRUE(IsThere("namespace", "made-by-hand"));
  const auto folders = kind_->Shell(machine_, "ls /var/local/slotquake");
  EXPECT_EQ(folders.ok() ? *folders : folders.message(), "20200101t000000z-8\n");
  EXPECT_TRUE(
      kubectl_.Run({"delete", "persistentvolume", "of-another-run", "made-by-hand"})
          .ok());
  EXPECT_TRUE(kubectl_.Run({"delete", "namespace", "made-by-hand"}).ok());
  EXPECT_TRUE(kind_->Shell(machine_, "rm -r /var/local/slotquake").ok());
}

// Containers with kind's label are a kind cluster to it.
TEST(HealKindClusters, OnlyThoseThatRunsMadeForThemselvesAreDeleted) {
  const auto kind = KindCluster::Of(Kubectl(KindTarget()));
  ASSERT_TRUE(kind.ok()) << kind.message();
  const auto image = RunCommand({"docker", "inspect", "--format={{.Config.Image}}",
                                 kind->name() + "-control-plane"});
  ASSERT_TRUE(image.ok()) << image.message();
  const auto start = [&](const std::string& cluster) {
    return RunCommand({"docker", "run", "--detach", "--network=none",
                       "--name=" + cluster + "-control-plane",
                       "--label=io.x-k8s.kind.cluster=" + cluster, "--entrypoint=sleep",
                       image->substr(0, image->find('\n')), "600"});
  };
  ASSERT_TRUE(start("slotquake-20200101t000000z-7").ok());
  ASSERT_TRUE(start("slotquake-20200101t000000z-8").ok());
  ASSERT_TRUE(start("slotquake-test-by-hand").ok());
  const Healed healed =
      Heal({.target = {.context = KindTarget().context,
                       .kubeconfig = KindTarget().kubeconfig},
            .run = kRun},
           [](const std::string& line) { std::printf("  %s\n", line.c_str()); });
  EXPECT_TRUE(healed.left.empty());
  const auto names = KindCluster::AllNames();
  ASSERT_TRUE(names.ok());
  const auto has = [&](const std::string& name) {
    return std::find(names->begin(), names->end(), name) != names->end();
  };
  EXPECT_FALSE(has("slotquake-20200101t000000z-7"));
  EXPECT_TRUE(has("slotquake-20200101t000000z-8"));
  EXPECT_TRUE(has("slotquake-test-by-hand"));
  EXPECT_TRUE(KindCluster("slotquake-20200101t000000z-8").Delete().ok());
  EXPECT_TRUE(KindCluster("slotquake-test-by-hand").Delete().ok());
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string wrong = slotquake::ReadKindArguments(argc, argv);
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 1;
  }
  return RUN_ALL_TESTS();
}
