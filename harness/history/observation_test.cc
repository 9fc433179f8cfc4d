#include "harness/history/observation.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(ObservationTest, ComesBackFromJson) {
  Observation observation;
  observation.at = Nanos(1'234'567'890'123);
  observation.not_before = Nanos(-5);
  observation.source = "poll";
  observation.node = "redis-0";
  observation.kind = observation_kind::kGap;
  observation.data = {{"reason", "no answer for 63 ms"}};
  const nlohmann::json json = observation;
  const auto back = nlohmann::json::parse(json.dump()).get<Observation>();
  EXPECT_EQ(back.at, observation.at);
  EXPECT_EQ(back.not_before, observation.not_before);
  EXPECT_EQ(back.source, observation.source);
  EXPECT_EQ(back.node, observation.node);
  EXPECT_EQ(back.kind, observation.kind);
  EXPECT_EQ(back.data, observation.data);
}

TEST(ObservationTest, AMissingFieldIsAnError) {
  nlohmann::json whole = Observation();
  for (const auto& [name, value] : whole.items()) {
    nlohmann::json without = whole;
    without.erase(name);
    EXPECT_THROW(without.get<Observation>(), nlohmann::json::exception) << name;
  }
}

}  // namespace
}  // namespace slotquake
