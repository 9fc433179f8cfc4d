#include "harness/cli/testing/slotquake_program.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

std::string slotquake_program;
std::string server_program;
std::vector<std::string> kubernetes_arguments;

// Takes what follows `--name=`, as an absolute path.
void TakeOption(const std::string& word, const std::string& name, std::string& value) {
  const std::string start = "--" + name + "=";
  if (word.starts_with(start)) value = fs::absolute(word.substr(start.size()));
}

// Not an Environment that skips: of that test.xml says nothing, so that the tests
// would count as passed.
class SkipEach : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    GTEST_SKIP() << "user namespaces are forbidden here";
  }
};

}  // namespace

std::string SlotquakeProgram() { return slotquake_program; }
std::string RealServer() { return server_program; }
std::vector<std::string> KubernetesArguments() { return kubernetes_arguments; }

std::vector<std::string> Slotquake(const std::vector<std::string>& words) {
  std::vector<std::string> command = {slotquake_program};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

std::vector<std::string> SlotquakeRun(const fs::path& scenario, const fs::path& out,
                                      const std::vector<std::string>& more) {
  std::vector<std::string> command = {slotquake_program, "run", scenario.string(),
                                      "--out=" + out.string()};
  bool names_server = false;
  for (const std::string& word : more) {
    names_server = names_server || word.starts_with("--server=");
    command.push_back(word);
  }
  if (!names_server) command.push_back("--server=" + server_program);
  return command;
}

fs::path NewPath(const std::string& name) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string owner = test == nullptr ? "suite" : test->name();
  const fs::path folder = fs::path(testing::TempDir()) / owner;
  fs::create_directories(folder);
  return fs::absolute(folder / name);
}

fs::path WriteTinyScenario(const fs::path& folder, const ScenarioParts& parts) {
  fs::create_directories(folder);
  const fs::path file = folder / "tiny.json";
  std::ofstream(file)
      << R"({"name": "tiny", "teaches": "That the program works.", "cluster": )"
      << R"({"masters": 3, "replicas_per_master": 1, "node_timeout_ms": 1000, )"
      << R"("config": )" << parts.config << R"(}, "load": [{"kind": "hits", )"
      << R"("clients": 4, "rate_per_second": 1000, "timeout_ms": 2000, "keys": {"spread": "shards", )"
      << R"("per_shard": 4}}], "warm_up_ms": )" << parts.warm_up_ms
      << R"(, "timeline": )" << parts.timeline
      << R"(, "hold_ms": 500, "rest_limit_ms": 20000, "expect": )" << parts.expect
      << "}\n";
  return file;
}

}  // namespace slotquake

int main(int argc, char** argv) {
  bool ordinary = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    ordinary = ordinary || word == "--as-ordinary-user";
    if (word.starts_with("--context=") || word.starts_with("--kubeconfig=")) {
      slotquake::kubernetes_arguments.push_back(word);
    }
    slotquake::TakeOption(word, "slotquake", slotquake::slotquake_program);
    slotquake::TakeOption(word, "server", slotquake::server_program);
  }
  // Who is one already stays who he is.
  const bool forbidden = ordinary && !slotquake::UserNamespacesAllowed();
  if (ordinary && !forbidden && geteuid() == 0) {
    slotquake::BecomeOrdinaryUser();
    execv("/proc/self/exe", argv);
    std::perror("execv");
    return 126;
  }
  testing::InitGoogleTest(&argc, argv);
  if (slotquake::slotquake_program.empty() || slotquake::server_program.empty()) {
    std::fprintf(stderr, "usage: TEST --slotquake=PROGRAM --server=PROGRAM\n");
    return 126;
  }
  if (forbidden) {
    testing::UnitTest::GetInstance()->listeners().Append(new slotquake::SkipEach);
  }
  slotquake::BeSubreaper();
  return RUN_ALL_TESTS();
}
