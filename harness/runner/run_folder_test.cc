#include "harness/runner/run_folder.h"

#include <fstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

TEST(RunFolderTest, IdHoldsTimeAndSeed) {
  EXPECT_EQ(RunId(std::chrono::seconds(1795356120), 42), "20261122T140200Z-42");
}

TEST(RunFolderTest, TwoRunsOfOneSecondAndSeedGetFoldersOfTheirOwn) {
  const fs::path out = fs::path(testing::TempDir()) / "two";
  const auto first = MakeRunFolder(out, "kill_master", "id");
  const auto second = MakeRunFolder(out, "kill_master", "id");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(fs::is_directory(*second / "logs"));
}

TEST(RunFolderTest, AFolderThatCanNotBeMadeIsAnErrorThatSaysWhatToDo) {
  const fs::path file = fs::path(testing::TempDir()) / "a_file";
  std::ofstream(file) << "not a folder";
  const auto folder = MakeRunFolder(file, "kill_master", "id");
  ASSERT_FALSE(folder.ok());
  EXPECT_NE(folder.message().find("--out=FOLDER"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
