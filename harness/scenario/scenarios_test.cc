// The scenarios that come with the harness, against its own table of faults.

#include <filesystem>

#include "gtest/gtest.h"
#include "harness/faults/fault.h"
#include "harness/scenario/parse.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

KnownFaults Faults() {
  KnownFaults faults;
  for (const FaultType& type : AllFaults()) faults.names.emplace_back(type.name);
  faults.check = [](const TimelineEntry& entry, OptionReader& options) {
    FindFault(entry.fault)->make(options);
  };
  return faults;
}

TEST(Scenarios, EveryFileParsesAndResolves) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator("scenarios")) {
    const fs::path& file = entry.path();
    if (file.extension() != ".json") continue;
    ++files;
    const ParsedScenario parsed = ReadScenario(file, Faults());
    EXPECT_EQ(ToString(parsed.mistakes), "") << file;
    const ParsedScenario again =
        ParseScenario(ToJson(parsed.scenario).dump(), Faults());
    EXPECT_EQ(ToString(again.mistakes), "") << file;
    EXPECT_EQ(ToJson(again.scenario), ToJson(parsed.scenario)) << file;
  }
  EXPECT_GE(files, 7);
}

}  // namespace
}  // namespace slotquake
