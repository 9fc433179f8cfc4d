#include "harness/cli/fetched_servers.h"

#include <cstdlib>
#include <fstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// A folder as fetch.py leaves it, with the programs `names`.
fs::path FolderWith(const std::string& folder, const std::vector<std::string>& names) {
  const fs::path all = fs::path(testing::TempDir()) / folder;
  for (const std::string& name : names) {
    fs::create_directories(all / name);
    std::ofstream(all / name / "redis-server") << "#!/bin/sh\n";
    std::ofstream(all / name / "about.json")
        << R"({"version": "8.0.2", "program": "redis-server"})";
  }
  return all;
}

TEST(FetchedServersTest, ThoseThatAreWhole) {
  const fs::path folder = FolderWith("whole", {"redis-8.0", "redis-7.0"});
  fs::create_directories(folder / ".fetch-abc/server");
  fs::create_directories(folder / "half");
  std::ofstream(folder / "half/about.json") << R"({"program": "redis-server"})";
  fs::create_directories(folder / "garbled");
  std::ofstream(folder / "garbled/about.json") << "[1, ";
  std::ofstream(folder / "file") << "text";
  const auto servers = FetchedServers(folder);
  ASSERT_EQ(servers.size(), 2u);
  EXPECT_EQ(servers[0].name, "redis-7.0");
  EXPECT_EQ(servers[1].name, "redis-8.0");
  EXPECT_EQ(servers[1].version, "8.0.2");
  EXPECT_EQ(servers[1].path, (folder / "redis-8.0/redis-server").string());
  EXPECT_TRUE(FetchedServers(folder / "none").empty());
}

TEST(FetchedServersTest, ANameIsResolvedAPathIsNot) {
  const fs::path folder = FolderWith("names", {"redis-8.0"});
  const auto named = ResolveServer("redis-8.0", folder);
  ASSERT_TRUE(named.ok()) << named.message();
  EXPECT_EQ(*named, (folder / "redis-8.0/redis-server").string());
  for (const char* path : {"/no/such/server", "./redis-8.0"}) {
    const auto same = ResolveServer(path, folder);
    ASSERT_TRUE(same.ok()) << same.message();
    EXPECT_EQ(*same, path);
  }
}

TEST(FetchedServersTest, AnUnknownNameSaysWhatToDo) {
  const fs::path folder = FolderWith("unknown", {"redis-8.0"});
  const auto found = ResolveServer("redis-8.9", folder);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.message(),
            "no server \"redis-8.9\" in " + folder.string() +
                " (bazel run //deploy/servers:fetch puts servers there); did you mean "
                "\"redis-8.0\"?");
}

TEST(FetchedServersTest, WhereTheFolderIs) {
  setenv("SLOTQUAKE_SERVERS", "/named", 1);
  EXPECT_EQ(ServersFolder(), "/named");
  unsetenv("SLOTQUAKE_SERVERS");
  setenv("HOME", "/home/somebody", 1);
  EXPECT_EQ(ServersFolder(), "/home/somebody/.cache/slotquake/servers");
  unsetenv("HOME");
  EXPECT_TRUE(ServersFolder().is_absolute());
}

}  // namespace
}  // namespace slotquake
