#include "harness/base/option_table.h"

#include <stdexcept>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

std::vector<OptionSpec> Table() {
  return {
      OptionSpec::Int("pause_ms", 3000, 1, 600'000, "How long it stands still."),
      OptionSpec::Number("share_percent", 2.5, 0, OptionSpec::kNoLimit, "How much."),
      OptionSpec::Bool("both_ways", true, "Whether both ways."),
      OptionSpec::String("label", "", "What to call it."),
      OptionSpec::OneOf("plane", "all", {"all", "client", "bus"}, "Which traffic."),
      OptionSpec::Int("slots", nullptr, 1, OptionSpec::kNoLimit, "How many slots."),
  };
}

struct Outcome {
  json values;
  std::string mistakes;
};

Outcome ReadFrom(const json& given) {
  Outcome outcome;
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(given, "/options", &mistakes, [&](OptionReader& reader) {
    outcome.values = OptionValues(Table(), reader).values();
  });
  outcome.mistakes = ToString(mistakes);
  return outcome;
}

TEST(OptionValues, FillsInDefaults) {
  const Outcome outcome = ReadFrom({{"slots", 7}});
  EXPECT_EQ(outcome.mistakes, "");
  EXPECT_EQ(outcome.values, json({{"pause_ms", 3000},
                                  {"share_percent", 2.5},
                                  {"both_ways", true},
                                  {"label", ""},
                                  {"plane", "all"},
                                  {"slots", 7}}));
}

TEST(OptionValues, TakesWhatIsGiven) {
  const json given = {{"pause_ms", 1},  {"share_percent", 1e9}, {"both_ways", false},
                      {"label", "one"}, {"plane", "bus"},       {"slots", 16384}};
  const Outcome outcome = ReadFrom(given);
  EXPECT_EQ(outcome.mistakes, "");
  EXPECT_EQ(outcome.values, given);
}

TEST(OptionValues, SaysEveryMistakeAtOnce) {
  EXPECT_EQ(ReadFrom({{"pause_ms", 0},
                      {"share_percent", -1},
                      {"both_ways", "yes"},
                      {"label", 3},
                      {"plane", "buss"},
                      {"pause", 1}})
                .mistakes,
            "/options/pause_ms: must be from 1 to 600000, is 0\n"
            "/options/share_percent: must be at least 0, is -1\n"
            "/options/both_ways: must be true or false, is \"yes\"\n"
            "/options/label: must be a string, is 3\n"
            "/options/plane: unknown plane \"buss\"; did you mean \"bus\"?\n"
            "/options/slots: is missing: How many slots.\n"
            "/options/pause: unknown key; did you mean \"pause_ms\"?\n");
}

TEST(OptionValues, GivesValuesByKindAndRefusesWhatIsNotInTheTable) {
  std::vector<Mistake> mistakes;
  const json given = {{"slots", 7}};
  OptionReader::ReadObject(given, "", &mistakes, [](OptionReader& reader) {
    const OptionValues values(Table(), reader);
    EXPECT_EQ(values.Ms("pause_ms"), std::chrono::seconds(3));
    EXPECT_EQ(values.Int("slots"), 7);
    EXPECT_EQ(values.Number("share_percent"), 2.5);
    EXPECT_TRUE(values.Bool("both_ways"));
    EXPECT_EQ(values.String("plane"), "all");
    EXPECT_THROW(values.Int("pause"), std::logic_error);
    EXPECT_THROW(values.Int("plane"), std::logic_error);
    EXPECT_THROW(values.Int("share_percent"), std::logic_error);
    EXPECT_THROW(values.String("slots"), std::logic_error);
  });
}

TEST(OptionTable, DescribesEachForm) {
  const std::vector<std::string> forms = {
      "whole number from 1 to 600000, default 3000",
      "number, at least 0, default 2.5",
      "true or false, default true",
      "string, default \"\"",
      "\"all\", \"client\" or \"bus\", default \"all\"",
      "whole number, at least 1, required",
  };
  for (std::size_t i = 0; i < forms.size(); ++i) {
    EXPECT_EQ(DescribeForm(Table()[i]), forms[i]);
  }
}

TEST(OptionTable, TheSchemaSaysTheSame) {
  const auto schema = SchemaOf(Table());
  EXPECT_EQ(schema["properties"].size(), 6u);
  EXPECT_EQ(schema["properties"]["pause_ms"].dump(),
            R"({"type":"integer","minimum":1,"maximum":600000,"default":3000,)"
            R"("description":"How long it stands still."})");
  EXPECT_EQ(schema["properties"]["plane"]["enum"].size(), 3u);
  EXPECT_EQ(schema["required"].dump(), R"(["slots"])");
  EXPECT_EQ(schema["additionalProperties"], false);
}

}  // namespace
}  // namespace slotquake
