// The scenarios that come with the harness, against its own table of faults.

#include <filesystem>

#include "gtest/gtest.h"
#include "harness/cli/known_faults.h"
#include "harness/scenario/parse.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

TEST(Scenarios, EveryFileParsesAndResolves) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator("scenarios")) {
    const fs::path& file = entry.path();
    if (file.extension() != ".json") continue;
    ++files;
    const ParsedScenario parsed = ReadScenario(file, FaultsForScenarios());
    EXPECT_EQ(ToString(parsed.mistakes), "") << file;
    const ParsedScenario again =
        ParseScenario(ToJson(parsed.scenario).dump(), FaultsForScenarios());
    EXPECT_EQ(ToString(again.mistakes), "") << file;
    EXPECT_EQ(ToJson(again.scenario), ToJson(parsed.scenario)) << file;
  }
  EXPECT_GE(files, 7);
}

}  // namespace
}  // namespace slotquake
