// --keep leaves a cluster that works, until the person ends it as told.
#include <sstream>

#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// The command that is printed after `title`.
std::string CommandFor(const std::string& title, const std::string& said) {
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find(title);
    if (at == std::string::npos) continue;
    const auto begin = line.find_first_not_of(' ', at + title.size());
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

// What this line says in a shell, and its exit code.
std::string InShell(const std::string& line) {
  StartedProgram shell({"/bin/sh", "-c", line});
  const int code = shell.Wait();
  return shell.Out() + shell.Err() + "(exit code " + std::to_string(code) + ")";
}

TEST(KeepTest, TheClusterStaysUpUntilItIsEnded) {
  const fs::path out = NewPath("out");
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  std::string line;
  for (const std::string& word : SlotquakeRun(scenario, out, {"--keep"})) {
    line += "'" + word + "' ";
  }
  // Through pipes: their readers wait for the last one who could write.
  StartedProgram run(
      {"/bin/sh", "-c", "{ " + line + "; echo \"exit code $?\"; } 2>&1 | cat"});
  ASSERT_EQ(run.Wait(), 0) << run.Out();
  const std::string said = run.Out();
  EXPECT_TRUE(said.ends_with("exit code 0\n")) << said;
  EXPECT_NE(said.find("The cluster stays up."), std::string::npos) << said;

  const std::string on_a_node = CommandFor("redis-cli on a node:", said);
  EXPECT_EQ(InShell(on_a_node + " PING"), "PONG\n(exit code 0)") << on_a_node;
  const std::string as_a_client = CommandFor("a client's point of view:", said);
  EXPECT_EQ(InShell(as_a_client + " INCR slotquake_keep_test"), "1\n(exit code 0)")
      << as_a_client;
  const std::string info = InShell(as_a_client + " CLUSTER INFO");
  EXPECT_NE(info.find("cluster_state:ok"), std::string::npos) << info;
  const std::string shell = CommandFor("a shell in the switch:", said);
  const std::string files = InShell(shell + " -c 'ls /run/slotquake/redis-5'");
  EXPECT_NE(files.find("redis.conf"), std::string::npos) << files;

  const std::string end = CommandFor("to end it:", said);
  EXPECT_EQ(InShell(end), "(exit code 0)") << end;
  EXPECT_TRUE(AllDescendantsEnd()) << "a process is left";
}

}  // namespace
}  // namespace slotquake
