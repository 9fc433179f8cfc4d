#include "harness/platform/kubernetes/deploy_folder.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

fs::path NewFolder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder = fs::path(testing::TempDir()) / test->name();
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

fs::path MakeDeployIn(const fs::path& folder) {
  fs::create_directories(folder / "deploy" / "kubernetes" / "overlays");
  return folder / "deploy";
}

TEST(FindDeployFolderTest, TheNamedOneWins) {
  const fs::path folder = NewFolder();
  const fs::path beside = MakeDeployIn(folder / "slotquake.runfiles" / "slotquake");
  const fs::path named = MakeDeployIn(folder / "mine");
  const auto found = FindDeployFolder(named, folder / "slotquake");
  ASSERT_TRUE(found.ok()) << found.message();
  EXPECT_EQ(named, *found);
  setenv("SLOTQUAKE_DEPLOY", named.c_str(), 1);
  EXPECT_EQ(named, *FindDeployFolder("", folder / "slotquake"));
  unsetenv("SLOTQUAKE_DEPLOY");
  EXPECT_EQ(beside, *FindDeployFolder("", folder / "slotquake"));
}

TEST(FindDeployFolderTest, AboveTheProgramInTheWorkspace) {
  const fs::path folder = NewFolder();
  const fs::path deploy = MakeDeployIn(folder);
  EXPECT_EQ(deploy, *FindDeployFolder("", folder / "bin" / "harness" / "slotquake"));
}

TEST(FindDeployFolderTest, ErrorsSayWhatToDo) {
  const fs::path folder = NewFolder();
  EXPECT_EQ(
      "--deploy=/nowhere has no kubernetes/overlays; name the folder deploy/ of "
      "the sources",
      FindDeployFolder("/nowhere", folder / "slotquake").message());
  const std::string none = FindDeployFolder("", folder / "slotquake").message();
  EXPECT_NE(std::string::npos, none.find("--deploy=FOLDER")) << none;
}

}  // namespace
}  // namespace slotquake
