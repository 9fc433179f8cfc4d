#include "harness/base/subprocess.h"

#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

TEST(SubprocessTest, KillIsSeenByThePidfd) {
  auto sleeper = Subprocess::Spawn({.command = {"sleep", "100"}});
  ASSERT_TRUE(sleeper.ok()) << sleeper.message();
  EXPECT_FALSE(sleeper->Wait(Nanos(0)).has_value());
  ASSERT_TRUE(sleeper->Signal(SIGKILL).ok());
  const auto status = sleeper->Wait(seconds(10));
  ASSERT_TRUE(status.has_value());
  EXPECT_TRUE(WIFSIGNALED(*status));
  EXPECT_EQ(WTERMSIG(*status), SIGKILL);
  EXPECT_FALSE(sleeper->Signal(SIGKILL).ok()) << "a reaped process takes no signal";
}

TEST(SubprocessTest, ExitCodeAndOutput) {
  const std::string file = testing::TempDir() + "/subprocess_out";
  auto shell = Subprocess::Spawn({.command = {"sh", "-c", "echo $GREETING; exit 3"},
                                  .environment = {{"GREETING", "hello"}},
                                  .output = file});
  ASSERT_TRUE(shell.ok()) << shell.message();
  const auto status = shell->Wait(seconds(10));
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(DescribeWaitStatus(*status), "exit code 3");
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), "hello\n");
}

TEST(SubprocessTest, UnknownProgramIsAnError) {
  const auto child = Subprocess::Spawn({.command = {"/no/such/program"}});
  ASSERT_FALSE(child.ok());
  EXPECT_NE(child.message().find("/no/such/program"), std::string::npos);
}

TEST(RunCommandTest, FeedsInputLargerThanAPipe) {
  const std::string input(1 << 20, 'x');
  const auto out = RunCommand({"cat"}, input);
  ASSERT_TRUE(out.ok()) << out.message();
  EXPECT_EQ(*out, input);
}

TEST(RunCommandTest, ErrorKeepsCommandAndStderr) {
  const auto out = RunCommand({"sh", "-c", "echo broken >&2; exit 2"});
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.message().find("exit code 2"), std::string::npos);
  EXPECT_NE(out.message().find("broken"), std::string::npos);
}

TEST(RunCommandTest, TimeLimitEndsTheCommand) {
  const auto out = RunCommand({"sleep", "100"}, "", std::chrono::milliseconds(50));
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.message().find("no end within"), std::string::npos);
}

TEST(FindProgramTest, NamesThePackage) {
  const auto path = FindProgram("no-such-program-anywhere", "redis-tools");
  ASSERT_FALSE(path.ok());
  EXPECT_NE(path.message().find("apt-get install redis-tools"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
