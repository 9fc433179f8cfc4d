// `slotquake agent` as a process, in a world of its own.
#include "harness/agent/run_agent.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "gtest/gtest.h"
#include "harness/agent/agent_client.h"
#include "harness/base/subprocess.h"
#include "harness/platform/local/world.h"
#include "nlohmann/json.hpp"

namespace slotquake {
namespace {

// An agent in a process of its own.
class Process {
 public:
  explicit Process(const AgentOptions& options) {
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      _exit(RunAgent(options));
    }
    close(out[1]);
    out_ = out[0];
  }
  ~Process() { close(out_); }

  // The first line that it prints, "" when it ends without.
  std::string ReadLine() {
    std::string line;
    for (char byte = 0; read(out_, &byte, 1) == 1 && byte != '\n';) line += byte;
    return line;
  }

  int ExitCodeAfterTerm() {
    kill(pid_, SIGTERM);
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
  int out_;
};

bool Has(const Result<std::string>& text, const std::string& part) {
  return text.ok() && text->find(part) != std::string::npos;
}

TEST(RunAgentTest, ATermUndoesWhatItDidAndLeavesTheRest) {
  Process agent({.listen = "127.0.0.1:0"});
  const auto line = nlohmann::json::parse(agent.ReadLine(), nullptr, false);
  ASSERT_TRUE(line.contains("listening"));
  const AgentClient client(
      Always(*ParseEndpoint(line["listening"].get<std::string>())));
  ASSERT_TRUE(client.EstimateClock().ok());
  ASSERT_TRUE(
      RunCommand({"nft", "-f", "-"}, "table inet slotquake_machine_another { }\n")
          .ok());
  const auto cut = client.CutMachine({.name = "own",
                                      .limit = std::chrono::minutes(1),
                                      .allow = {},
                                      .interfaces = {"nowhere0"}});
  ASSERT_TRUE(cut.ok()) << cut.message();
  const Nanos end = MonotonicNow() + std::chrono::seconds(10);
  while (!Has(RunCommand({"nft", "list", "tables"}), "slotquake_machine_own")) {
    ASSERT_LT(MonotonicNow(), end);
  }
  EXPECT_EQ(agent.ExitCodeAfterTerm(), 0);
  const auto left = RunCommand({"nft", "list", "tables"});
  EXPECT_FALSE(Has(left, "slotquake_machine_own"));
  EXPECT_TRUE(Has(left, "slotquake_machine_another")) << left.message();
}

TEST(RunAgentTest, SaysWhyItCannotListen) {
  Process agent({.listen = "127.0.0.1:port"});
  EXPECT_EQ(agent.ReadLine(), "");
  EXPECT_EQ(agent.ExitCodeAfterTerm(), 255);
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return slotquake::EnterWorld([](slotquake::World&) {
    const auto up = slotquake::RunCommand({"ip", "link", "set", "lo", "up"});
    return up.ok() ? RUN_ALL_TESTS() : 255;
  });
}
