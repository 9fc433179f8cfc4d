#include "reports/headline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class HeadlineTest : public testing::Test {
 protected:
  std::string Text() const { return PlainText(Headline(record_, judgement_)); }

  // Sets one member of a checker's details.
  void Set(const std::string& checker, const std::string& pointer, const json& value) {
    Verdict verdict = *judgement_.Find(checker);
    verdict.details[json::json_pointer(pointer)] = value;
    ReplaceVerdict(judgement_, verdict);
  }

  void SetBounds(const json& lower, const json& upper) {
    Set("lost_writes", "/lower", lower);
    Set("lost_writes", "/definite", lower);
    Set("lost_writes", "/upper", upper);
  }

  RunRecord record_ = SampleRun(500);
  Judgement judgement_ = SampleJudgement();
};

TEST_F(HeadlineTest, Passed) {
  EXPECT_EQ(
      Text(),
      "The master of slots 0–5460 (redis-0) was killed under load. A failover: redis-3 "
      "took over after 3.57 s, inside what the nodes’ configuration promises (2.60 – "
      "5.20 s). No acknowledged write was lost. For up to 3.58 s writes failed on "
      "5\u00a0461 of 16\u00a0384 slots, and for up to 673 ms on all others.");
}

TEST_F(HeadlineTest, RangeOfLosses) {
  SetBounds(2, 51);
  EXPECT_THAT(Text(), HasSubstr("Between 2 and 51 acknowledged writes were lost."));
  SetBounds(0, 51);
  EXPECT_THAT(Text(), HasSubstr("No loss is proven, but up to 51 acknowledged writes "
                                "may be lost."));
  SetBounds(1, 1);
  EXPECT_THAT(Text(), HasSubstr("1 acknowledged write was lost."));
  SetBounds(3, nullptr);
  EXPECT_THAT(Text(), HasSubstr("At least 3 acknowledged writes were lost."));
  SetBounds(nullptr, nullptr);
  EXPECT_THAT(Text(), HasSubstr("lost could not be judged"));
}

TEST_F(HeadlineTest, NothingIsLostOnlyWhereTheUpperBoundIsZero) {
  for (const json& upper : {json(1), json(51), json()}) {
    SetBounds(0, upper);
    EXPECT_THAT(Text(), Not(HasSubstr("No acknowledged write was lost"))) << upper;
  }
}

TEST_F(HeadlineTest, NoAcknowledgedWriteAtAll) {
  Set("lost_writes", "/acked", 0);
  EXPECT_THAT(Text(), HasSubstr("No write was acknowledged, so none could be lost."));
}

TEST_F(HeadlineTest, CountedTwice) {
  Set("lost_writes", "/surplus", 4);
  EXPECT_THAT(Text(), HasSubstr("Counters hold 4 more than was ever sent."));
}

TEST_F(HeadlineTest, NotAtRest) {
  record_.rest.reached = false;
  EXPECT_THAT(Text(), HasSubstr("did not come to rest"));
}

TEST_F(HeadlineTest, SaysWhyItNeverRecovered) {
  Set("view_agreement", "/cause", "no reachable peer address: every node has moved");
  EXPECT_THAT(Text(), Not(HasSubstr("never recovered")));
  record_.rest.reached = false;
  EXPECT_THAT(Text(), HasSubstr("The cluster never recovered (no reachable peer "
                                "address: every node has moved)."));
}

TEST_F(HeadlineTest, InconclusiveSaysSoFirst) {
  Verdict assumptions = *judgement_.Find("assumptions");
  assumptions.validity = Validity::kInconclusive;
  ReplaceVerdict(judgement_, assumptions);
  EXPECT_EQ(Text().rfind("This run proves nothing. What was seen: ", 0), 0U) << Text();
}

TEST_F(HeadlineTest, InterruptedSaysSoFirst) {
  record_.interrupted = true;
  EXPECT_EQ(Text().rfind("The run was interrupted.", 0), 0U) << Text();
}

TEST_F(HeadlineTest, ARunThatEndedBeforeItsFaultsIsNoControl) {
  record_.faults.clear();
  record_.scenario_json["timeline"] = {{{"fault", "kill"}}};
  EXPECT_THAT(Text(), HasSubstr("The run ended before its first fault."));
  EXPECT_THAT(Text(), Not(HasSubstr("control")));
}

TEST_F(HeadlineTest, Control) {
  record_.faults.clear();
  record_.scenario_json.erase("timeline");
  Set("promotion_timing", "/faults", json::array());
  EXPECT_EQ(Text().rfind("Nothing was broken in this run (a control). No ackn", 0), 0U)
      << Text();
}

TEST_F(HeadlineTest, AFaultThatWasNotInjectedIsNotClaimed) {
  record_.faults[0].injected = false;
  record_.faults[0].error = "no such node";
  EXPECT_THAT(Text(), HasSubstr("No fault was injected: no such node."));
  EXPECT_THAT(Text(), Not(HasSubstr("was killed")));
  EXPECT_THAT(Text(), Not(HasSubstr("took over")));
}

TEST_F(HeadlineTest, ReplicaVictim) {
  record_.faults[0].victims[0].was_master = false;
  record_.faults[0].victims[0].node = "redis-3";
  Set("promotion_timing", "/faults/0/promoted", nullptr);
  Set("promotion_timing", "/faults/0/promotion_ms", nullptr);
  EXPECT_THAT(Text(), HasSubstr("A replica of slots 0–5460 (redis-3) was killed under "
                                "load. No promotion was due, and none was seen."));
}

TEST_F(HeadlineTest, ARestartIsNoFailoverAndProvesNothingOfIt) {
  Set("promotion_timing", "/faults/0/promoted", "");
  Set("promotion_timing", "/faults/0/promotion_ms", nullptr);
  Set("promotion_timing", "/faults/0/none_reason", "it was back");
  Set("restart_or_failover", "/victims/0/kind", "restart");
  Set("restart_or_failover", "/victims/0/text",
      "redis-0's pod was gone for 3.210 s, inside the node timeout of 15 s; no epoch "
      "moved: a restart");
  EXPECT_THAT(Text(), HasSubstr(" under load. redis-0's pod was gone for 3.210 s, "
                                "inside the node timeout of 15 s; no epoch moved: a "
                                "restart, no failover. This run proves nothing about "
                                "failover. No acknowledged write was lost."));
  EXPECT_THAT(Text(), Not(HasSubstr("A failover")));
}

TEST_F(HeadlineTest, WhoWasOnlyPausedDidNotRestart) {
  Set("promotion_timing", "/faults/0/promoted", "");
  Set("promotion_timing", "/faults/0/promotion_ms", nullptr);
  Set("restart_or_failover", "/victims/0/kind", "restart");
  Set("restart_or_failover", "/victims/0/text",
      "redis-0 was paused for 1.500 s, inside the node timeout of 4 s; no epoch moved: "
      "the same process went on");
  EXPECT_THAT(Text(), HasSubstr("no epoch moved: the same process went on, no "
                                "failover. This run proves nothing about failover."));
  EXPECT_THAT(Text(), Not(HasSubstr("a restart")));
}

TEST_F(HeadlineTest, BothARestartAndAFailoverIsSpelledOut) {
  Set("restart_or_failover", "/victims/0/kind", "both");
  Set("restart_or_failover", "/victims/0/text", "It was back first");
  EXPECT_THAT(Text(), HasSubstr(" redis-3 took over after 3.57 s"));
  EXPECT_THAT(Text(), HasSubstr("It was back first."));
  EXPECT_THAT(Text(), Not(HasSubstr("proves nothing")));
}

TEST_F(HeadlineTest, AnOlderRunHasNoWordOnIt) {
  std::erase_if(judgement_.verdicts, [](const Verdict& verdict) {
    return verdict.checker == "restart_or_failover";
  });
  EXPECT_THAT(Text(), HasSubstr("under load. redis-3 took over after 3.57 s"));
}

TEST_F(HeadlineTest, TwoMastersDownNoPromotion) {
  Victim second = record_.faults[0].victims[0];
  second.node = "redis-1";
  second.slots = {{5461, 10922}};
  record_.faults[0].victims.push_back(second);
  Set("promotion_timing", "/faults/0/promoted", nullptr);
  Set("promotion_timing", "/faults/0/promotion_ms", nullptr);
  Set("promotion_timing", "/faults/0/none_reason", "no majority of masters was left");
  EXPECT_THAT(Text(), HasSubstr("The masters of slots 0–5460 and 5461–10922 (redis-0 "
                                "and redis-1) were killed under load. No replica was "
                                "promoted (no majority of masters was left)."));
}

TEST_F(HeadlineTest, OneEntryPerVictim) {
  json entry = judgement_.Find("promotion_timing")->details["faults"][0];
  json none = entry;
  none["victim"] = "redis-1";
  none["promoted"] = "";
  none["promotion_ms"] = nullptr;
  none["none_reason"] = "its replica was down";
  Set("promotion_timing", "/faults", {entry, none});
  EXPECT_THAT(Text(), HasSubstr("redis-3 took over after 3.57 s"));
  EXPECT_THAT(Text(),
              HasSubstr("Nobody took over from redis-1 (its replica was down)."));
  // The same of two victims is said once.
  json other = none;
  other["victim"] = "redis-0";
  Set("promotion_timing", "/faults", {none, other});
  const std::string text = Text();
  EXPECT_EQ(text.find("No replica was promoted"),
            text.rfind("No replica was promoted"));
  EXPECT_NE(text.find("No replica was promoted"), std::string::npos);
}

TEST_F(HeadlineTest, NothingStandsOutOfARunThatProvesNothing) {
  judgement_.validity = Validity::kInconclusive;
  const auto phrases = Headline(record_, judgement_);
  EXPECT_TRUE(phrases.front().strong);
  for (std::size_t i = 1; i < phrases.size(); ++i) EXPECT_FALSE(phrases[i].strong);
}

TEST_F(HeadlineTest, OutsideTheory) {
  Set("promotion_timing", "/faults/0/promotion_max_ms", 3000.0);
  EXPECT_THAT(Text(), HasSubstr("later than the nodes’ configuration promises"));
  Set("promotion_timing", "/faults/0/promotion_min_ms", 4000.0);
  Set("promotion_timing", "/faults/0/promotion_max_ms", 5000.0);
  EXPECT_THAT(Text(),
              HasSubstr("earlier than the nodes’ configuration makes possible"));
}

TEST_F(HeadlineTest, NeverServedAgain) {
  Set("slot_coverage", "/all_served_again_ms", nullptr);
  EXPECT_THAT(Text(), HasSubstr("not all of them were seen served again."));
}

TEST_F(HeadlineTest, FullCoverageIsClaimedOfTestedSlotsOnly) {
  Set("slot_coverage", "/slot_seconds_lost", 0.0);
  EXPECT_THAT(Text(), HasSubstr("No slot was seen unserved."));
  Set("slot_coverage", "/untested_slots", 16000);
  EXPECT_THAT(Text(), HasSubstr("No slot that had load was seen unserved."));
}

TEST_F(HeadlineTest, SlotsWithoutLoadAreNotSaidToHaveFailed) {
  Set("slot_coverage", "/untested_slots", 16384 - 96);
  for (const char* gap : {"/shards/0/uncovered/0", "/shards/0/uncovered/1",
                          "/shards/1/uncovered/0", "/shards/2/uncovered/0"}) {
    Set("slot_coverage", std::string(gap) + "/slots", 32);
  }
  EXPECT_THAT(Text(),
              HasSubstr("writes failed on 32 of the 96 slots that had load, and "
                        "for up to 673 ms on all others."));
}

TEST_F(HeadlineTest, APauseIsOfTheWholeShard) {
  Set("slot_coverage", "/shards/0/pause",
      {{"from_ms", 0}, {"to_ms", 4000}, {"length_ms", 3990.0}, {"tried_slots", 7}});
  EXPECT_THAT(Text(),
              HasSubstr("For 3.99 s no write to slots 0–5460 was acknowledged."));
  Set("slot_coverage", "/shards/1/pause",
      {{"from_ms", 0}, {"to_ms", 1000}, {"length_ms", 700.0}, {"tried_slots", 7}});
  EXPECT_THAT(Text(), HasSubstr("was acknowledged, and for up to 700 ms none to "
                                "1 other shard."));
}

TEST_F(HeadlineTest, AnUnknownFaultIsDescribed) {
  record_.faults[0].type = "cut_bus";
  record_.faults[0].description = "port 16379 of redis-0 cut, both ways";
  EXPECT_THAT(Text(), HasSubstr("Fault, under load: port 16379 of redis-0 cut"));
}

TEST_F(HeadlineTest, FaultsAtOneMomentAreOneSentence) {
  FaultRecord second = record_.faults[0];
  second.done += FromMillis(7);
  second.victims[0].node = "redis-1";
  second.victims[0].slots = {{5461, 10922}};
  record_.faults.push_back(second);
  EXPECT_EQ(Text().rfind("The masters of slots 0–5460 and 5461–10922 (redis-0 and "
                         "redis-1) were killed at the same moment, under load. ",
                         0),
            0U)
      << Text();
  record_.faults[1].done += FromMillis(2000);
  EXPECT_THAT(Text(), HasSubstr("(redis-0) was killed under load. 2.01 s later: the "
                                "master of slots 5461–10922 (redis-1) was killed."));
}

TEST_F(HeadlineTest, APowerCutHasItsVerb) {
  record_.faults[0].type = "power_cut";
  EXPECT_EQ(
      Text().rfind("The master of slots 0–5460 (redis-0) lost power under load.", 0),
      0U)
      << Text();
}

TEST_F(HeadlineTest, LossesHaveTheirCauseAndWhetherTheyWereExpected) {
  SetBounds(12, 12);
  Set("lost_writes", "/causes", {{"unreplicated", 12}});
  EXPECT_THAT(Text(), HasSubstr("12 acknowledged writes were lost. Cause: not yet at "
                                "the replica that was promoted (unreplicated). The "
                                "scenario allows for that."));
  Verdict lost = *judgement_.Find("lost_writes");
  lost.validity = Validity::kFail;
  lost.details["causes"]["zombie"] = 3;
  ReplaceVerdict(judgement_, lost);
  EXPECT_THAT(Text(), HasSubstr("Causes: 3 zombie ("));
  EXPECT_THAT(Text(), Not(HasSubstr("allows for that")));
}

TEST_F(HeadlineTest, VotesAreSaidToBePartOfTheoryWhereTheyAreNeeded) {
  Set("promotion_timing", "/faults/0/promotion_max_ms", 9200.0);
  Set("promotion_timing", "/faults/0/election_max_ms", 5200.0);
  EXPECT_THAT(Text(), HasSubstr("promises (2.60 – 5.20 s)."));
  Set("promotion_timing", "/faults/0/promotion_ms", 6000.0);
  EXPECT_THAT(Text(), HasSubstr("promises (2.60 – 5.20 s, + votes ≤ 4.00 s)."));
}

TEST_F(HeadlineTest, SetUpLine) {
  EXPECT_EQ(SetUpLine(record_),
            "redis 7.0.15 · 3 masters + 3 replicas · local · node timeout 2000 ms · "
            "seed 42");
}

}  // namespace
}  // namespace slotquake
