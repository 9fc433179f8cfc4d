// Every fault's type is whole, and what is written from the table is up to date.

#include <fstream>
#include <set>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/faults/reference.h"

namespace slotquake {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string ReadText(const std::string& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// An object with a right value for each option that must be given.
json Required(const FaultType& type) {
  json options = json::object();
  for (const OptionSpec& option : type.options) {
    if (!option.fallback.is_null()) continue;
    switch (option.kind) {
      case OptionKind::kInt:
        options[option.name] = static_cast<int>(option.min);
        break;
      case OptionKind::kNumber:
        options[option.name] = option.min;
        break;
      case OptionKind::kBool:
        options[option.name] = true;
        break;
      case OptionKind::kString:
        options[option.name] = "x";
        break;
      case OptionKind::kOneOf:
        options[option.name] = option.choices.front();
        break;
    }
  }
  return options;
}

TEST(Registry, NamesAreOnceAndFound) {
  std::set<std::string_view> names;
  for (const FaultType& type : AllFaults()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_EQ(FindFault(type.name), &type);
  }
  EXPECT_GE(names.size(), 4u);
  EXPECT_EQ(FindFault("no_such_fault"), nullptr);
}

TEST(Registry, EveryTypeSaysEverything) {
  for (const FaultType& type : AllFaults()) {
    for (const std::string_view text : {type.help, type.how, type.interval, type.proof,
                                        type.teaches, type.platforms}) {
      EXPECT_FALSE(text.empty()) << type.name;
    }
    for (const OptionSpec& option : type.options) {
      EXPECT_FALSE(option.help.empty()) << type.name << " " << option.name;
    }
  }
}

// A default outside of its own limits, or a constructor that asks for an option that
// the table does not have, shows here. That all of them fit together is not asked for.
TEST(Registry, EveryFaultIsMadeFromItsDefaults) {
  for (const FaultType& type : AllFaults()) {
    json given = Required(type);
    std::vector<Mistake> mistakes;
    OptionReader::ReadObject(given, "", &mistakes, [&](OptionReader& reader) {
      const OptionValues values(type.options, reader);
      EXPECT_NE(type.make(values), nullptr) << type.name;
      given = values.values();
    });
    EXPECT_EQ(ToString(mistakes), "") << type.name;
    OptionReader::ReadObject(given, "", &mistakes, [&](OptionReader& reader) {
      EXPECT_EQ(OptionValues(type.options, reader).values(), given) << type.name;
    });
    EXPECT_EQ(ToString(mistakes), "")
        << type.name << ": a default is out of its limits";
  }
}

TEST(Reference, ThePageIsUpToDate) {
  EXPECT_EQ(ReadText("docs/faults.md"), FaultsPage(AllFaults()))
      << "the table of faults has changed: bazel run //docs:update";
}

TEST(Reference, TheSchemaIsUpToDate) {
  const std::string text = ReadText("scenarios/scenario.schema.json");
  EXPECT_EQ(text, WithFaults(ordered_json::parse(text), AllFaults()).dump(2) + "\n")
      << "the table of faults has changed: bazel run //docs:update";
}

FaultType Sample() {
  return {.name = "stall",
          .help = "it stalls",
          .how = "By magic.",
          .interval = "none",
          .proof = "It stands still.",
          .teaches = "Patience.",
          .platforms = "Everywhere.",
          .options = {OptionSpec::Int("for_ms", 5, 1, 9, "How long."),
                      OptionSpec::Bool("hard", nullptr, "Whether it hurts.")},
          .whole_cluster = true};
}

TEST(Reference, EveryOptionIsToldWithItsForm) {
  const std::string page = FaultsPage({Sample()});
  EXPECT_NE(page.find("| `for_ms` | whole number from 1 to 9, default 5 | How long. |\n"
                      "| `hard` | true or false, required | Whether it hurts. |\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("names no victim"), std::string::npos) << page;
  const std::string told = TellFault(Sample());
  EXPECT_NE(told.find("    for_ms: whole number from 1 to 9, default 5\n"
                      "        How long.\n"),
            std::string::npos)
      << told;
}

TEST(Reference, TheSchemaTakesTheOptionsOfThatFaultOnly) {
  const auto faults =
      WithFaults(ordered_json::object(), {Sample()})["definitions"]["faults"];
  EXPECT_EQ(faults["properties"]["fault"]["enum"].dump(), R"(["stall"])");
  const auto& rule = faults["allOf"][0];
  EXPECT_EQ(rule["if"]["properties"]["fault"]["const"], "stall");
  const auto& options = rule["then"]["properties"]["options"];
  EXPECT_EQ(options["properties"].size(), 2u);
  EXPECT_EQ(options["required"].dump(), R"(["hard"])");
  EXPECT_EQ(rule["then"]["not"].dump(), R"({"required":["victim"]})");
}

TEST(ReadOptions, WhatDoesNotFitTogetherIsAMistakeOfTheOptions) {
  FaultType type = Sample();
  type.check = [](const OptionValues& options) {
    return std::string(options.Bool("hard") ? "can not be hard" : "");
  };
  std::vector<Mistake> mistakes;
  const json hard = {{"hard", true}};
  OptionReader::ReadObject(hard, "/options", &mistakes,
                           [&](OptionReader& reader) { ReadOptions(type, reader); });
  EXPECT_EQ(ToString(mistakes), "/options: can not be hard\n");
}

}  // namespace
}  // namespace slotquake
