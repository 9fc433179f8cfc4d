#include <algorithm>
#include <string>

#include "nlohmann/json.hpp"
#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

Verdict LostWrites() {
  Verdict verdict;
  verdict.checker = "lost_writes";
  verdict.summary = "0 of 53\u00a0912 acknowledged writes lost";
  verdict.cases = {
      {"max_count", Validity::kPass, "expected at most 50 lost; at most 0 are"},
      {"double_count", Validity::kPass, "no counter holds more than was sent"}};
  verdict.details = {{"acked", 53912},
                     {"rejected", 5120},
                     {"unknown", 210},
                     {"definite", 0},
                     {"lower", 0},
                     {"upper", 0},
                     {"keys", 96},
                     {"double_count", 0},
                     {"surplus", 0},
                     {"causes", Json::object()},
                     {"windows", Json::array()},
                     {"writes", Json::array()},
                     {"writes_total", 0},
                     {"reigns", 4}};
  return verdict;
}

Json Phase(const char* name, double ms, double margin, const char* source,
           const char* node, double least, double most, const char* rule) {
  return {{"name", name},     {"relative_ms", ms}, {"uncertainty_ms", margin},
          {"source", source}, {"node", node},      {"min_ms", least},
          {"max_ms", most},   {"rule", rule},      {"judgement", "in_time"}};
}

Verdict PromotionTiming() {
  Verdict verdict;
  verdict.checker = "promotion_timing";
  verdict.summary = "redis-3 won 3.570 s after the fault";
  verdict.cases = {
      {"promotion", Validity::kPass, "a promotion was required; redis-3 was promoted"},
      {"theory", Validity::kPass, "expected within 2.60 – 5.20 s; won after 3.57 s"}};
  const Json phases = {
      Phase("first_pfail", 2292, 12, "poll", "redis-4", 2000, 3100,
            "[T, 1.5 T + tick]"),
      Phase("fail", 2904, 1, "log", "redis-1", 2050, 4000,
            "a majority of masters, by gossip"),
      Phase("scheduled", 2956, 1, "log", "redis-3", 2050, 4100, "+ tick"),
      Phase("started", 3566, 1, "log", "redis-3", 2550, 5100,
            "500 + rand(500) ms, rank 0"),
      Phase("won", 3570, 1, "log", "redis-3", 2560, 5150, "votes within 2 T"),
      Phase("agreed", 3579, 12, "poll", "redis-5", 2570, 5200, "one broadcast"),
      {{"name", "first_write"},
       {"relative_ms", 3584.2},
       {"uncertainty_ms", nullptr},
       {"source", "history"},
       {"node", "redis-3"},
       {"min_ms", nullptr},
       {"max_ms", nullptr},
       {"rule", ""},
       {"judgement", "not_judged"}},
      {{"name", "rejoined"},
       {"relative_ms", 6120.0},
       {"uncertainty_ms", 100},
       {"source", "poll"},
       {"node", "redis-0"},
       {"min_ms", nullptr},
       {"max_ms", nullptr},
       {"rule", ""},
       {"judgement", "not_judged"}}};
  verdict.details["faults"] = {
      {{"fault", 0},
       {"type", "kill"},
       {"victim", "redis-0"},
       {"shard", 0},
       {"zero_ms", 5000.0},
       {"promoted", "redis-3"},
       {"promoted_epoch", 4},
       {"phases", phases},
       {"promotion_ms", 3570.0},
       {"promotion_min_ms", 2600.0},
       {"promotion_max_ms", 5200.0},
       {"outage", {{"clients", 16}, {"median_ms", 3585.0}, {"max_ms", 3602.0}}},
       {"none_reason", nullptr}}};
  return verdict;
}

Verdict RestartOrFailover() {
  const auto evidence = [](const char* what, double at_ms, double margin,
                           const char* source, const char* node) {
    return Json{{"what", what},
                {"at_ms", at_ms},
                {"uncertainty_ms", margin},
                {"source", source},
                {"node", node}};
  };
  Verdict verdict;
  verdict.checker = "restart_or_failover";
  verdict.summary =
      "redis-0's process was gone for 6.000 s; redis-3 was promoted 3.570 s after it "
      "went: a failover, and it is a replica now";
  verdict.cases = {{"return/redis-0", Validity::kPass, verdict.summary}};
  verdict.details = {
      {"proves_failover", true},
      {"victims",
       {{{"fault", 0},
         {"type", "kill"},
         {"victim", "redis-0"},
         {"shard", "0-5460"},
         {"was_master", true},
         {"kind", "failover"},
         {"text", verdict.summary},
         {"gone_ms", 5000.0},
         {"back_ms", 11000.0},
         {"away_ms", 6000.0},
         {"node_timeout_ms", 2000.0},
         {"inside_timeout", false},
         {"promoted", "redis-3"},
         {"promoted_ms", 8570.0},
         {"evidence",
          {evidence("gone", 5000, 0.4, "fault", "redis-0"),
           evidence("redis-3 promoted", 8570, 1, "log", "redis-3"),
           evidence("back, under another run id", 11000, 100, "poll", "redis-0"),
           evidence("is a replica", 11120, 100, "poll", "redis-0")}}}}}};
  return verdict;
}

Json Shard(const char* slots, int count, Json served, Json uncovered, double lost) {
  return {{"slots", slots},
          {"count", count},
          {"served_by", std::move(served)},
          {"uncovered", std::move(uncovered)},
          {"slot_seconds", lost}};
}

Json Served(const char* node, double from, double to) {
  return {{"node", node}, {"from_ms", from}, {"to_ms", to}};
}

Json Gap(const char* state, int slots, double from, double to) {
  return {{"state", state}, {"slots", slots}, {"from_ms", from}, {"to_ms", to}};
}

Verdict SlotCoverage() {
  Verdict verdict;
  verdict.checker = "slot_coverage";
  verdict.summary = "26\u00a0820 slot-seconds lost";
  verdict.cases = {{"recovered", Validity::kPass, "every slot was served again"}};
  Json declared = Json::array();
  for (int i = 0; i < 6; ++i) {
    Json segments = {{{"from_ms", 1000.0},
                      {"to_ms", i == 0 ? 5000.0 : 7906.0},
                      {"state", "ok"},
                      {"slots_ok", 16384},
                      {"slots_fail", 0},
                      {"slots_pfail", 0}},
                     {{"from_ms", i == 0 ? 5000.0 : 7906.0},
                      {"to_ms", i == 0 ? 11000.0 : 8579.0},
                      {"state", i == 0 ? "unreachable" : "fail"},
                      {"slots_ok", 10923},
                      {"slots_fail", 5461},
                      {"slots_pfail", 0}},
                     {{"from_ms", i == 0 ? 11000.0 : 8579.0},
                      {"to_ms", 14000.0},
                      {"state", "ok"},
                      {"slots_ok", 16384},
                      {"slots_fail", 0},
                      {"slots_pfail", 0}}};
    declared.push_back(
        {{"node", "redis-" + std::to_string(i)}, {"segments", segments}});
  }
  verdict.details = {
      {"slot_seconds_lost", 26820.4},
      {"resolution_ms", 7.2},
      {"untested_slots", 0},
      {"uncovered_ms_max", 3584.0},
      {"all_served_again_ms", 8584.0},
      {"shards",
       {Shard("0-5460", 5461,
              {Served("redis-0", 1000, 5000), Served("redis-3", 8584, 14000)},
              {Gap("silent", 5461, 5000, 7904), Gap("refused", 5461, 7904, 8584)},
              19572),
        Shard("5461-10922", 5462,
              {Served("redis-1", 1000, 7906), Served("redis-1", 8579, 14000)},
              {Gap("refused", 5462, 7906, 8579)}, 3676),
        Shard("10923-16383", 5461,
              {Served("redis-2", 1000, 7906), Served("redis-2", 8579, 14000)},
              {Gap("refused", 5461, 7906, 8579)}, 3572)}},
      {"declared", declared},
      {"doubly_claimed", Json::array()}};
  return verdict;
}

Verdict ViewAgreement() {
  Verdict verdict;
  verdict.checker = "view_agreement";
  verdict.summary = "all nodes agree";
  verdict.cases = {{"agree", Validity::kPass, "one owner per slot in all six views"}};
  verdict.details = {
      {"agree", true},
      {"owners", {{{"slots", "0-5460"}, {"node", "redis-3"}, {"epoch", 4}}}},
      {"nodes",
       {{{"node", "redis-3"},
         {"role", "master"},
         {"epoch", 4},
         {"link", "up"},
         {"offset", 90211},
         {"digest", "5f3a…"}}}},
      {"problems", Json::array()}};
  return verdict;
}

Verdict Assumptions() {
  Verdict verdict;
  verdict.checker = "assumptions";
  verdict.summary = "all hold";
  const auto item = [](const char* name, const char* text) {
    return Json{{"name", name}, {"holds", true}, {"text", text}};
  };
  verdict.details["items"] = {
      item("fault_not_proven",
           "process 4711 was gone at +0.000 s, its port refused at "
           "+0.4 ms."),
      item("unhealthy_before",
           "6 of 6 nodes agreed, 3 of 3 replicas were in sync for 5.0 "
           "s."),
      item("load_too_thin",
           "1\u00a0540 acknowledged writes on the victim's slots in the last "
           "second."),
      item("observer_gap", "the longest gap of an observer was 12 ms."),
      item("harness_stall",
           "The worker itself was never stopped for longer than 3 ms."),
      item("clock_bound", "the bound is 0 ms.")};
  for (const Json& one : verdict.details["items"]) {
    verdict.cases.push_back({one["name"], Validity::kPass, one["text"]});
  }
  return verdict;
}

}  // namespace

Judgement SampleJudgement() {
  Judgement judgement;
  judgement.verdicts = {LostWrites(),   PromotionTiming(), RestartOrFailover(),
                        SlotCoverage(), ViewAgreement(),   Assumptions()};
  return judgement;
}

Judgement FailedJudgement() {
  Judgement judgement = SampleJudgement();
  Verdict lost = LostWrites();
  lost.validity = Validity::kFail;
  lost.summary = "2 to 51 of 53\u00a0912 acknowledged writes lost";
  lost.cases[0] = {"max_count", Validity::kFail,
                   "expected at most 0 lost; 2 to 51 are"};
  lost.details["definite"] = 2;
  lost.details["lower"] = 2;
  lost.details["upper"] = 51;
  lost.details["causes"] = {{"unreplicated", 2}};
  lost.details["windows"] = {{{"fault", 0},
                              {"shard", 0},
                              {"slots", "0-5460"},
                              {"first_relative_ms", -3.1},
                              {"last_relative_ms", -0.4},
                              {"uncertainty_ms", 0.4},
                              {"lost", 2},
                              {"acks_inside", 5},
                              {"share", 0.4}}};
  for (int i = 0; i < 2; ++i) {
    lost.details["writes"].push_back(
        {{"op", 16000 + i},
         {"kind", "incr"},
         {"key", "hits:" + std::to_string(i)},
         {"slot", i * 17},
         {"node", "redis-0"},
         {"value", 167 + i},
         {"acked_ms", 4996.9 + i},
         {"relative_ms", -3.1 + i},
         {"cause", "unreplicated"},
         {"evidence", "redis-3 was promoted with offset 2512, redis-0 had 2590"}});
  }
  lost.details["writes_total"] = 2;
  ReplaceVerdict(judgement, lost);
  Verdict promotion = PromotionTiming();
  promotion.validity = Validity::kFail;
  promotion.cases[1] = {"theory", Validity::kFail,
                        "expected within 2.60 – 3.50 s; won after 3.57 s"};
  promotion.details["faults"][0]["promotion_max_ms"] = 3500.0;
  promotion.details["faults"][0]["phases"][4]["max_ms"] = 3500.0;
  promotion.details["faults"][0]["phases"][4]["judgement"] = "late";
  ReplaceVerdict(judgement, promotion);
  return judgement;
}

void ReplaceVerdict(Judgement& judgement, const Verdict& verdict) {
  judgement.validity = Validity::kPass;
  for (Verdict& one : judgement.verdicts) {
    if (one.checker == verdict.checker) one = verdict;
    judgement.validity = Merge(judgement.validity, one.validity);
  }
}

}  // namespace slotquake
