// The faults that cut the network, on a cluster that is only told to be one. On real
// servers they are tested by harness/platform/local and by their scenarios.
#include <algorithm>

#include "gtest/gtest.h"
#include "harness/faults/cut_plan.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::string;

bool AllHold(const std::vector<Proof>& proofs) {
  return !proofs.empty() && std::all_of(proofs.begin(), proofs.end(),
                                        [](const Proof& proof) { return proof.holds; });
}

// The fault with these options, or nullptr and the first mistake in `complaint`.
std::unique_ptr<Fault> Make(const string& name, const json& options = json::object(),
                            string* complaint = nullptr) {
  const FaultType* type = FindFault(name);
  if (type == nullptr) return nullptr;
  std::vector<Mistake> mistakes;
  std::unique_ptr<Fault> fault;
  OptionReader::ReadObject(options, "", &mistakes, [&](OptionReader& reader) {
    fault = type->make(ReadOptions(*type, reader));
  });
  if (mistakes.empty()) return fault;
  if (complaint != nullptr) *complaint = ToString(mistakes.front());
  return nullptr;
}

class NetworkFaultTest : public testing::Test {
 protected:
  NetworkFaultTest() { Victims({"redis-0"}); }

  void Victims(const std::vector<string>& nodes) {
    context_.victims.clear();
    for (const string& node : nodes) {
      Victim victim;
      victim.node = node;
      context_.victims.push_back(victim);
    }
  }

  // Aims, injects and proves.
  bool Breaks(Fault& fault) {
    const auto aimed = fault.Aim(context_);
    EXPECT_TRUE(aimed.ok()) << aimed.message();
    const Status injected = fault.Inject(context_);
    EXPECT_TRUE(injected.ok()) << injected.message();
    return AllHold(fault.Prove(context_));
  }

  string Try(const string& from, const string& to, Plane plane = Plane::kAll) {
    return *cluster_.Probe(from, to, plane, Nanos(0));
  }

  FakeCluster cluster_;
  FaultContext context_{.cluster = cluster_,
                        .victims = {},
                        .now = [] { return Nanos(0); },
                        .name = "fault_0",
                        .clients = {"client-0", "client-1"}};
};

class EveryCut : public NetworkFaultTest, public testing::WithParamInterface<string> {};
INSTANTIATE_TEST_SUITE_P(All, EveryCut,
                         testing::Values("partition", "isolate", "blackhole_address",
                                         "flap"));

TEST_P(EveryCut, IsProvenAndUndone) {
  const auto fault = Make(GetParam());
  ASSERT_NE(fault, nullptr);
  EXPECT_TRUE(Breaks(*fault));
  EXPECT_EQ(fault->effect(), fault_effect::kNetworkCut);
  EXPECT_EQ(Try("redis-1", "redis-0"), "timed out");
  EXPECT_EQ(Try("client-1", "redis-0"), "timed out");
  EXPECT_EQ(Try("client-1", "redis-1"), "");
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(AllHold(fault->ProveRecovery(context_)));
  EXPECT_TRUE(cluster_.blocks.empty());
}

TEST_P(EveryCut, ARuleThatStopsNothingIsNotProven) {
  cluster_.toothless = true;
  cluster_.stopped = 0;
  EXPECT_FALSE(Breaks(*Make(GetParam())));
}

TEST_P(EveryCut, UndoIsHarmlessTwiceAndWithoutAnInjection) {
  const auto fault = Make(GetParam());
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(Breaks(*fault));
  ASSERT_TRUE(fault->Recover(context_).ok());
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(AllHold(fault->ProveRecovery(context_)));
  EXPECT_EQ(fault->NextStep(), Nanos::max());
}

TEST_P(EveryCut, AnUndoAfterAnotherFaultHasEndedTheVictimIsProven) {
  const auto fault = Make(GetParam());
  EXPECT_TRUE(Breaks(*fault));
  cluster_.dead.insert("redis-0");
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(AllHold(fault->ProveRecovery(context_)));
}

TEST_P(EveryCut, APlatformWithoutThePowerIsNamed) {
  cluster_.can_cut = false;
  const string why = Make(GetParam())->CheckSupported(cluster_).message();
  EXPECT_EQ(why.rfind(GetParam() + ": ", 0), 0u) << why;
}

TEST_F(NetworkFaultTest, AnUndoThatLeftTheRuleIsNotProven) {
  Victims({});
  ASSERT_TRUE(cluster_.Apply("fault_0", Isolation("redis-0")).ok());
  const auto proofs = Make("blackhole_address")->ProveRecovery(context_);
  EXPECT_FALSE(AllHold(proofs));
}

TEST_F(NetworkFaultTest, WhatWasClosedBeforeTheCutProvesNothing) {
  EXPECT_TRUE(Breaks(*Make("blackhole_address")));
  context_.name = "fault_1";
  EXPECT_FALSE(Breaks(*Make("partition")));
}

TEST_F(NetworkFaultTest, ADeadVictimCanBeCutOff) {
  cluster_.dead.insert("redis-0");
  EXPECT_TRUE(Breaks(*Make("partition"))) << "its host refused before, and is silent";
}

TEST_F(NetworkFaultTest, ClientsStandOnTheVictimsSide) {
  Victims({"redis-0", "redis-5"});
  const auto fault = Make("partition", {{"with_clients", "client-1"}});
  EXPECT_TRUE(Breaks(*fault));
  EXPECT_EQ(Try("client-1", "redis-0"), "");
  EXPECT_EQ(Try("client-1", "redis-1"), "timed out");
  EXPECT_EQ(Try("client-0", "redis-5"), "timed out");
  EXPECT_EQ(Try("redis-0", "redis-5"), "");
  EXPECT_EQ(fault->Describe(context_),
            "redis-0, redis-5 and client-1 cut off from 4 nodes and client-0");
}

TEST_F(NetworkFaultTest, AClientThatIsNotThereIsNamedBeforeAnythingIsCut) {
  const auto fault = Make("partition", {{"with_clients", "client-0,client-7"}});
  const auto aimed = fault->Aim(context_);
  ASSERT_FALSE(aimed.ok());
  EXPECT_NE(aimed.message().find("client-7"), string::npos) << aimed.message();
  EXPECT_NE(aimed.message().find("client-0 and client-1"), string::npos);
  EXPECT_FALSE(fault->Inject(context_).ok());
  EXPECT_TRUE(cluster_.diary.empty());
}

TEST_F(NetworkFaultTest, WithEverybodyOnOneSideNothingIsCut) {
  Victims({"redis-0", "redis-1", "redis-2", "redis-3", "redis-4", "redis-5"});
  const auto aimed = Make("partition", {{"with_clients", "all"}})->Aim(context_);
  EXPECT_NE(aimed.message().find("nobody to cut"), string::npos) << aimed.message();
}

TEST_F(NetworkFaultTest, IsolateCutsVictimsOffFromEachOther) {
  Victims({"redis-0", "redis-3"});
  EXPECT_TRUE(Breaks(*Make("isolate")));
  EXPECT_EQ(Try("redis-0", "redis-3"), "timed out");
}

TEST_F(NetworkFaultTest, OneWayCutsHaveOneBlock) {
  for (const char* direction : {"from", "to"}) {
    const auto fault = Make("partition", {{"direction", direction}});
    EXPECT_TRUE(Breaks(*fault));
    const std::vector<Block>& blocks = cluster_.blocks.at("fault_0");
    ASSERT_EQ(blocks.size(), 1u);
    const bool from = string(direction) == "from";
    EXPECT_EQ((from ? blocks[0].from : blocks[0].to), std::vector<string>{"redis-0"});
    ASSERT_TRUE(fault->Recover(context_).ok());
  }
}

TEST_F(NetworkFaultTest, ARefusalIsSeenOnlyWhereTheFirstPacketMeetsTheRule) {
  for (const char* direction : {"both", "to", "from"}) {
    const auto fault = Make("partition", {{"direction", direction}, {"refuse", true}});
    EXPECT_TRUE(Breaks(*fault)) << direction;
    ASSERT_TRUE(fault->Recover(context_).ok());
  }
}

TEST_F(NetworkFaultTest, PlanesAreProbedWhereTheyAreUsed) {
  EXPECT_TRUE(Breaks(*Make("partition", {{"plane", "bus"}})));
  EXPECT_EQ(Try("redis-1", "redis-0", Plane::kBus), "timed out");
  EXPECT_EQ(Try("redis-1", "redis-0", Plane::kReplication), "");
  ASSERT_TRUE(cluster_.Lift("fault_0").ok());
  const auto clients = Make("partition", {{"plane", "client"}});
  EXPECT_TRUE(Breaks(*clients));
  EXPECT_EQ(clients->effect(), fault_effect::kNetworkImpaired);
  EXPECT_EQ(Try("redis-1", "redis-0", Plane::kBus), "");
  EXPECT_EQ(Try("client-0", "redis-0", Plane::kClient), "timed out");
}

TEST_F(NetworkFaultTest, OptionsThatCutNothingTogetherAreRefused) {
  string why;
  EXPECT_EQ(Make("partition", {{"against", "clients"}, {"plane", "bus"}}, &why),
            nullptr);
  EXPECT_NE(why.find("cuts nothing"), string::npos) << why;
  EXPECT_EQ(Make("isolate", {{"against", "nodes"}, {"plane", "client"}}), nullptr);
  EXPECT_NE(
      Make("partition",
           {{"against", "nodes"}, {"plane", "client"}, {"with_clients", "client-0"}}),
      nullptr);
}

TEST_F(NetworkFaultTest, AFlapTurnsAndEndsWhole) {
  const auto fault = Make("flap", {{"on_ms", 10}, {"off_ms", 20}});
  EXPECT_TRUE(Breaks(*fault));
  EXPECT_LE(fault->NextStep(), MonotonicNow() + std::chrono::milliseconds(10));
  EXPECT_EQ(*fault->Step(context_), "whole");
  EXPECT_TRUE(cluster_.blocks.empty());
  EXPECT_EQ(*fault->Step(context_), "cut");
  EXPECT_EQ(Try("redis-1", "redis-0"), "timed out");
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_EQ(fault->NextStep(), Nanos::max());
  EXPECT_TRUE(cluster_.blocks.empty());
}

// Faults that make the network worse without cutting it.
class EveryImpairment : public NetworkFaultTest,
                        public testing::WithParamInterface<string> {
 protected:
  EveryImpairment() {
    // 20 %, the default of a loss.
    cluster_.stopped = 20;
    cluster_.passed = 80;
  }
  void LoseTeeth() {
    cluster_.traffic.toothless = true;
    cluster_.stopped = 0;
    cluster_.passed = 0;
  }
};
INSTANTIATE_TEST_SUITE_P(All, EveryImpairment,
                         testing::Values("latency", "loss", "bandwidth"));

TEST_P(EveryImpairment, IsProvenAndUndone) {
  const auto fault = Make(GetParam());
  ASSERT_NE(fault, nullptr);
  EXPECT_TRUE(Breaks(*fault));
  EXPECT_EQ(fault->effect(), fault_effect::kNetworkImpaired);
  EXPECT_EQ(Try("redis-1", "redis-0"), "") << "nothing is cut";
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(AllHold(fault->ProveRecovery(context_)));
  EXPECT_TRUE(cluster_.blocks.empty());
  EXPECT_TRUE(cluster_.traffic.shapes.empty());
}

TEST_P(EveryImpairment, ARuleThatDoesNothingIsNotProven) {
  LoseTeeth();
  EXPECT_FALSE(Breaks(*Make(GetParam())));
}

TEST_P(EveryImpairment, UndoIsHarmlessTwiceAndWithoutAnInjection) {
  const auto fault = Make(GetParam());
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(Breaks(*fault));
  ASSERT_TRUE(fault->Recover(context_).ok());
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(AllHold(fault->ProveRecovery(context_)));
}

TEST_P(EveryImpairment, WhatFailedHalfWayIsUndone) {
  cluster_.traffic.set_fails = true;
  const auto fault = Make(GetParam());
  EXPECT_TRUE(fault->Aim(context_).ok());
  (void)fault->Inject(context_);
  ASSERT_TRUE(fault->Recover(context_).ok());
  EXPECT_TRUE(cluster_.blocks.empty());
  EXPECT_TRUE(cluster_.traffic.shapes.empty());
}

TEST_P(EveryImpairment, APlatformWithoutThePowerIsNamed) {
  cluster_.can_cut = false;
  const string why = Make(GetParam())->CheckSupported(cluster_).message();
  EXPECT_EQ(why.rfind(GetParam() + ": ", 0), 0u) << why;
}

TEST_F(NetworkFaultTest, ALatencyThatWasThereBeforeIsNotProven) {
  EXPECT_TRUE(Breaks(*Make("latency", {{"delay_ms", 50}})));
  context_.name = "fault_1";
  EXPECT_FALSE(Breaks(*Make("latency", {{"delay_ms", 20}})));
}

TEST_F(NetworkFaultTest, AJitterAsLongAsTheDelayIsRefused) {
  string why;
  EXPECT_EQ(Make("latency", {{"delay_ms", 5}, {"jitter_ms", 5}}, &why), nullptr);
  EXPECT_NE(why.find("jitter_ms"), string::npos) << why;
}

TEST_F(NetworkFaultTest, AnotherShareThanWantedIsNotProven) {
  cluster_.stopped = 60;
  cluster_.passed = 40;
  EXPECT_FALSE(Breaks(*Make("loss", {{"percent", 20}})));
  EXPECT_TRUE(Breaks(*Make("loss", {{"percent", 55}})));
  EXPECT_EQ(cluster_.blocks.at("fault_0").front().percent, 55);
}

TEST_F(NetworkFaultTest, EachVictimHasANarrowWayOfItsOwn) {
  Victims({"redis-0", "redis-1"});
  EXPECT_TRUE(Breaks(*Make("bandwidth", {{"direction", "to"}})));
  const std::vector<Shape>& shapes = cluster_.traffic.shapes.at("fault_0");
  ASSERT_EQ(shapes.size(), 2u);
  EXPECT_EQ(shapes[1].to, std::vector<string>{"redis-1"});
}

}  // namespace
}  // namespace slotquake
