// The faults of pods and machines on a cluster that is only told to be one. On a real
// one they are tested by harness/platform/kubernetes and by their scenarios.
#include <algorithm>

#include "gtest/gtest.h"
#include "harness/faults/fault.h"
#include "harness/faults/pod_proofs.h"
#include "harness/testing/fake_cluster.h"
#include "harness/testing/fake_machines.h"
#include "harness/testing/fake_pods.h"

namespace slotquake {
namespace {

using Diary = std::vector<std::string>;
using Names = std::vector<std::string>;

bool AllHold(const std::vector<Proof>& proofs) {
  return !proofs.empty() && std::all_of(proofs.begin(), proofs.end(),
                                        [](const Proof& proof) { return proof.holds; });
}

std::string TextOf(const std::vector<Proof>& proofs) {
  std::string text;
  for (const Proof& proof : proofs) {
    text += (proof.holds ? "holds: " : "does not: ") + proof.what + "\n";
  }
  return text;
}

struct Case {
  const char* fault;
  const char* options;
  Names hit;     // when redis-1 is the victim, or all are
  Diary broken;  // what is done to the cluster
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.fault; }

const Names kAll = {"redis-0", "redis-1", "redis-2", "redis-3", "redis-4", "redis-5"};
const Case kCases[] = {
    {"pod_delete", R"({"grace_seconds": 2})", {"redis-1"}, {"delete redis-1 grace 2"}},
    {"all_pods_delete",
     R"({"forced": true})",
     kAll,
     {"delete redis-0 redis-1 redis-2 redis-3 redis-4 redis-5 grace 0"}},
    {"rollout_restart", "{}", kAll, {"rollout restart"}},
    {"scale_down", R"({"by": 2})", {"redis-4", "redis-5"}, {"scale 4"}},
    {"scale_up", R"({"to": 7})", kAll, {"scale 7"}},
    {"node_stop", "{}", {"redis-1", "redis-4"}, {"stop worker-1"}},
    {"node_pause", "{}", {"redis-1", "redis-4"}, {"pause worker-1"}},
    {"node_partition", "{}", {"redis-1", "redis-4"}, {"cut worker-1"}},
    {"node_drain",
     "{}",
     {"redis-1", "redis-4"},
     {"drain worker-1", "delete redis-1 redis-4"}},
};

class PodFaultsTest : public testing::Test {
 protected:
  PodFaultsTest() : pods_(cluster_), machines_(cluster_, pods_) {}

  static Victim Named(const std::string& node) {
    Victim victim;
    victim.node = node;
    return victim;
  }

  // The fault with its victims as the timeline chooses them.
  void Make(const std::string& name, const std::string& options,
            const std::string& victim = "redis-1") {
    const FaultType* type = FindFault(name);
    std::vector<Mistake> mistakes;
    OptionReader::ReadObject(
        nlohmann::json::parse(options), "", &mistakes,
        [&](OptionReader& reader) { fault_ = type->make(ReadOptions(*type, reader)); });
    ASSERT_TRUE(mistakes.empty()) << mistakes.front().what;
    if (type->whole_cluster) {
      for (const std::string& node : cluster_.nodes()) {
        context_.victims.push_back(Named(node));
      }
    } else {
      context_.victims = {Named(victim)};
    }
  }

  Status Aim() {
    const auto hit = fault_->Aim(context_);
    if (!hit.ok()) return hit.status();
    context_.victims.clear();
    for (const std::string& node : *hit) context_.victims.push_back(Named(node));
    return Status::Ok();
  }

  FakeCluster cluster_;
  FakePods pods_;
  FakeMachines machines_;
  std::unique_ptr<Fault> fault_;
  FaultContext context_{.cluster = cluster_,
                        .victims = {},
                        .now = [] { return Nanos(0); },
                        .name = "fault_0",
                        .patience = std::chrono::milliseconds(300)};
};

class EachPodFaultTest : public PodFaultsTest,
                         public testing::WithParamInterface<Case> {
 protected:
  void SetUp() override {
    Make(GetParam().fault, GetParam().options);
    context_.patience = std::chrono::seconds(10);
  }
};

TEST_P(EachPodFaultTest, HitsWhomItSaysProvesItAndIsUndone) {
  ASSERT_TRUE(fault_->CheckSupported(cluster_).ok());
  ASSERT_TRUE(Aim().ok());
  EXPECT_EQ(context_.nodes(), GetParam().hit);
  EXPECT_TRUE(cluster_.diary.empty()) << "aiming breaks nothing";
  ASSERT_TRUE(fault_->Inject(context_).ok());
  EXPECT_EQ(cluster_.diary, GetParam().broken);
  const auto proofs = fault_->Prove(context_);
  EXPECT_TRUE(AllHold(proofs)) << TextOf(proofs);
  ASSERT_TRUE(fault_->Recover(context_).ok());
  const auto undone = fault_->ProveRecovery(context_);
  EXPECT_TRUE(AllHold(undone)) << TextOf(undone);
  for (const std::string& node : cluster_.nodes()) {
    EXPECT_TRUE(cluster_.Command(node, {"PING"}, std::chrono::seconds(1)).ok());
  }
}

TEST_P(EachPodFaultTest, IsUndoneTwiceAsOnce) {
  ASSERT_TRUE(Aim().ok());
  ASSERT_TRUE(fault_->Inject(context_).ok());
  ASSERT_TRUE(fault_->Recover(context_).ok());
  EXPECT_TRUE(fault_->Recover(context_).ok());
  const auto undone = fault_->ProveRecovery(context_);
  EXPECT_TRUE(AllHold(undone)) << TextOf(undone);
}

TEST_P(EachPodFaultTest, WhatHadNoEffectIsNotProven) {
  context_.patience = std::chrono::milliseconds(50);
  for (const std::string& node : cluster_.nodes()) pods_.immortal.insert(node);
  pods_.immortal.insert("redis-6");
  machines_.lies = true;
  ASSERT_TRUE(Aim().ok());
  ASSERT_TRUE(fault_->Inject(context_).ok());
  const auto proofs = fault_->Prove(context_);
  EXPECT_FALSE(proofs.empty());
  EXPECT_FALSE(AllHold(proofs)) << TextOf(proofs);
}

TEST_P(EachPodFaultTest, UndoingWhatWasNeverAimedIsHarmless) {
  EXPECT_TRUE(fault_->Recover(context_).ok());
  EXPECT_TRUE(cluster_.diary.empty());
}

TEST_P(EachPodFaultTest, SaysWhatThePlatformLacks) {
  cluster_.pods = nullptr;
  cluster_.machines = nullptr;
  const Status supported = fault_->CheckSupported(cluster_);
  EXPECT_EQ(supported.message().find(std::string(GetParam().fault) + ": "), 0u)
      << supported.message();
}

INSTANTIATE_TEST_SUITE_P(All, EachPodFaultTest, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.fault); });

TEST_F(PodFaultsTest, ADeletionThatFailsHalfWayIsWaitedFor) {
  Make("pod_delete", "{}");
  context_.victims.push_back(Named("redis-2"));
  context_.patience = std::chrono::seconds(10);
  pods_.delete_fails = true;
  ASSERT_TRUE(Aim().ok());
  EXPECT_FALSE(fault_->Inject(context_).ok());
  ASSERT_TRUE(cluster_.dead.contains("redis-1"));
  EXPECT_TRUE(fault_->Recover(context_).ok());
  const auto undone = fault_->ProveRecovery(context_);
  EXPECT_TRUE(AllHold(undone)) << TextOf(undone) << "redis-2's pod is the old one";
}

TEST_F(PodFaultsTest, APodThatDoesNotComeBackIsAnErrorThatNamesIt) {
  Make("pod_delete", "{}");
  pods_.never_back.insert("redis-1");
  ASSERT_TRUE(Aim().ok());
  ASSERT_TRUE(fault_->Inject(context_).ok());
  const Status back = fault_->Recover(context_);
  EXPECT_NE(back.message().find("there is no pod redis-cluster-1"), std::string::npos)
      << back.message();
  EXPECT_FALSE(AllHold(fault_->ProveRecovery(context_)));
}

TEST_F(PodFaultsTest, AServerThatWasDeadBeforeProvesNothing) {
  Make("pod_delete", "{}");
  cluster_.dead.insert("redis-1");
  ASSERT_TRUE(Aim().ok());
  ASSERT_TRUE(fault_->Inject(context_).ok());
  EXPECT_FALSE(AllHold(fault_->Prove(context_)));
  context_.patience = std::chrono::seconds(10);
  EXPECT_TRUE(fault_->Recover(context_).ok());
}

TEST_F(PodFaultsTest, AVictimWithoutAPodIsAnError) {
  Make("pod_delete", "{}");
  pods_.never_back.insert("redis-1");
  ASSERT_TRUE(pods_.Delete({"redis-1"}, std::nullopt).ok());
  EXPECT_NE(Aim().message().find("there is no pod"), std::string::npos);
}

TEST_F(PodFaultsTest, AScaleOnTheWrongSideIsRefused) {
  Make("scale_down", R"({"to": 6})");
  EXPECT_NE(Aim().message().find("from 6 pods to 6"), std::string::npos);
  Make("scale_down", R"({"by": 6})");
  EXPECT_NE(Aim().message().find("from 6 pods to 0"), std::string::npos);
  Make("scale_up", R"({"to": 5})");
  EXPECT_NE(Aim().message().find("from 6 pods to 5"), std::string::npos);
  EXPECT_TRUE(cluster_.diary.empty());
}

TEST_F(PodFaultsTest, OptionsThatDoNotFitTogetherAreMistakes) {
  const auto mistakes_of = [](const std::string& name, const std::string& options) {
    std::vector<Mistake> mistakes;
    OptionReader::ReadObject(
        nlohmann::json::parse(options), "", &mistakes,
        [&](OptionReader& reader) { ReadOptions(*FindFault(name), reader); });
    return mistakes.size();
  };
  EXPECT_EQ(mistakes_of("pod_delete", R"({"grace_seconds": 5, "forced": true})"), 1u);
  EXPECT_EQ(mistakes_of("pod_delete", R"({"grace_seconds": 0})"), 1u);
  EXPECT_EQ(mistakes_of("all_pods_delete", R"({"forced": true})"), 0u);
  EXPECT_EQ(mistakes_of("scale_down", "{}"), 1u);
  EXPECT_EQ(mistakes_of("scale_down", R"({"to": 3, "by": 1})"), 1u);
  EXPECT_EQ(mistakes_of("scale_up", R"({"by": 1})"), 0u);
}

TEST_F(PodFaultsTest, AMachineThatCarriesTheHarnessIsLeftAlone) {
  for (const char* name : {"node_stop", "node_pause", "node_partition", "node_drain"}) {
    Make(name, "{}");
    machines_.protected_set = {"worker-1"};
    EXPECT_NE(Aim().message().find("carries the observer"), std::string::npos) << name;
    EXPECT_TRUE(cluster_.diary.empty());
  }
}

TEST_F(PodFaultsTest, AMachineThatSomebodyElseCordonedIsNotDrained) {
  Make("node_drain", "{}");
  machines_.cordoned = {"worker-1"};
  EXPECT_NE(Aim().message().find("somebody else"), std::string::npos);
  EXPECT_TRUE(fault_->Recover(context_).ok());
  EXPECT_TRUE(machines_.cordoned.contains("worker-1"));
}

TEST_F(PodFaultsTest, MachinesWithoutASwitchAreNamedBeforehand) {
  machines_.powerless = true;
  for (const char* name : {"node_stop", "node_pause", "node_partition"}) {
    Make(name, "{}");
    EXPECT_NE(fault_->CheckSupported(cluster_).message().find("no containers of kind"),
              std::string::npos);
  }
  Make("node_drain", "{}");
  EXPECT_TRUE(fault_->CheckSupported(cluster_).ok());
}

TEST_F(PodFaultsTest, AMachineFaultThatFailsAndWorksAllTheSameIsUndone) {
  for (const char* name : {"node_stop", "node_pause", "node_partition", "node_drain"}) {
    Make(name, "{}");
    machines_.breaks_and_fails = true;
    ASSERT_TRUE(Aim().ok());
    EXPECT_FALSE(fault_->Inject(context_).ok());
    context_.patience = std::chrono::seconds(10);
    EXPECT_TRUE(fault_->Recover(context_).ok());
    const auto undone = fault_->ProveRecovery(context_);
    EXPECT_TRUE(AllHold(undone)) << name << "\n" << TextOf(undone);
  }
}

}  // namespace
}  // namespace slotquake
