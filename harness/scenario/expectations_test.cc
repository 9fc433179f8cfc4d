// What a scenario expects and what the checkers read from a run's scenario.json.

#include "harness/check/expectations.h"

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/scenario/parse.h"

namespace slotquake {
namespace {

Expectations Parse(const std::string& file, RunRecord* record) {
  std::ifstream in("harness/scenario/testdata/" + file);
  std::ostringstream text;
  text << in.rdbuf();
  KnownFaults faults;
  faults.names = {"kill", "power_cut"};
  faults.read = [](const TimelineEntry&, OptionReader& options) {
    return nlohmann::json({{"signal", options.Int("signal", 9, 1, 64)}});
  };
  const ParsedScenario parsed = ParseScenario(text.str(), faults);
  EXPECT_EQ(ToString(parsed.mistakes), "") << file;
  record->scenario_json = ToJson(parsed.scenario);
  return parsed.scenario.expect;
}

void ExpectTheSame(const std::string& file) {
  RunRecord record;
  const Expectations expect = Parse(file, &record);
  const ExpectedOutcome read = ReadExpectations(record);
  EXPECT_EQ(read.lost_max_count, expect.lost_max_count) << file;
  EXPECT_EQ(read.lost_min_count, expect.lost_min_count) << file;
  EXPECT_EQ(read.lost_max_window_ms, expect.lost_max_window_ms) << file;
  EXPECT_EQ(read.promotion, expect.promotion) << file;
  EXPECT_EQ(read.way_back, expect.way_back) << file;
  EXPECT_EQ(read.promotion_within_theory, expect.promotion_max_is_theory) << file;
  EXPECT_EQ(read.promotion_max_ms, expect.promotion_max_ms) << file;
  EXPECT_EQ(read.max_slot_seconds, expect.max_slot_seconds) << file;
  EXPECT_EQ(read.max_uncovered_ms, expect.max_uncovered_ms) << file;
  EXPECT_EQ(read.must_stay_down, expect.must_stay_down) << file;
  EXPECT_EQ(read.rest_required, expect.rest == "required") << file;
  EXPECT_EQ(read.rest_forbidden, expect.rest == "never") << file;
  EXPECT_EQ(read.min_acked_before, expect.min_acked_before) << file;
}

// A key that only one side knows would be an expectation that nobody judges.
TEST(Expectations, CheckersReadWhatTheScenarioSays) {
  ExpectTheSame("valid-full.json");  // sets every one of them
  ExpectTheSame("valid-promotion_by_theory.json");
  ExpectTheSame("valid-minimal.json");
}

}  // namespace
}  // namespace slotquake
