#include "harness/platform/local/server.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gtest/gtest.h"
#include "harness/base/clock.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// A program that takes half a second to end when it is asked to, as a server does that
// saves and waits for its replicas.
Server SlowToEnd(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / name;
  fs::create_directories(folder);
  const fs::path program = folder / "program";
  std::ofstream(program) << "#!/bin/sh\n"
                            "trap 'sleep 0.5; exit 0' TERM\n"
                            "echo > started.$$\n"
                            "while :; do sleep 0.05; done\n";
  fs::permissions(program, fs::perms::owner_all);
  auto server =
      Server::Prepare({program.string(), "redis", "7.0.15"}, {.name = name,
                                                              .folder = folder,
                                                              .network_namespace = {},
                                                              .config = {},
                                                              .nodes_conf = ""});
  EXPECT_TRUE(server.ok()) << server.message();
  return std::move(*server);
}

// Waits until the program has set its trap.
bool IsThere(const Server& server) {
  const fs::path mark = server.folder() / ("started." + std::to_string(server.pid()));
  const Nanos limit = MonotonicNow() + std::chrono::seconds(20);
  while (!fs::exists(mark)) {
    if (MonotonicNow() > limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

class ServerTest : public testing::TestWithParam<int> {};

// A fault that failed half-way is undone at once, while a victim may still be ending.
TEST_P(ServerTest, OneThatIsEndingIsStartedAnew) {
  Server server = SlowToEnd("ending_" + std::to_string(GetParam()));
  ASSERT_TRUE(server.Start().ok());
  ASSERT_TRUE(IsThere(server));
  const int before = server.pid();
  ASSERT_TRUE(server.Signal(GetParam()).ok());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_NE(server.pid(), before);
  EXPECT_TRUE(IsThere(server));
  EXPECT_TRUE(server.Runs());
  ASSERT_TRUE(server.Signal(SIGKILL).ok());
  EXPECT_TRUE(server.AwaitEnd(std::chrono::seconds(20)).ok());
}

INSTANTIATE_TEST_SUITE_P(Signals, ServerTest, testing::Values(SIGTERM, SIGKILL));

TEST(RunningServerTest, OneThatRunsIsLeftAlone) {
  Server server = SlowToEnd("running");
  ASSERT_TRUE(server.Start().ok());
  const int before = server.pid();
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.pid(), before);
  ASSERT_TRUE(server.Signal(SIGKILL).ok());
  EXPECT_TRUE(server.AwaitEnd(std::chrono::seconds(20)).ok());
}

}  // namespace
}  // namespace slotquake
