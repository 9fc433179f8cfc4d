// What is wrong with the machine or a server is said in words that help, in a
// bounded time, and nothing is left behind.
#include <csignal>

#include "Poco/Net/ServerSocket.h"
#include "Poco/Net/SocketAddress.h"
#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using Words = std::vector<std::string>;

constexpr int kHarnessFailed = 255;

// Waits for its end and holds against it: the exit code, these texts on stderr,
// no run in `out`, no process left.
void ExpectFailure(StartedProgram& program, const fs::path& out, const Words& texts) {
  EXPECT_EQ(program.Wait(), kHarnessFailed) << program.Err();
  for (const std::string& text : texts) {
    EXPECT_NE(program.Err().find(text), std::string::npos)
        << "\"" << text << "\" is not in:\n"
        << program.Err();
  }
  EXPECT_EQ(program.Out(), "");
  EXPECT_FALSE(fs::exists(out / "tiny")) << "a folder without a run in it";
  EXPECT_TRUE(AllDescendantsEnd());
}

TEST(BadLuckTest, NoServerProgram) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path out = NewPath("out");
  StartedProgram missing(SlotquakeRun(scenario, out, {"--server=/no/such/file"}));
  ExpectFailure(missing, out, {"there is no server program /no/such/file"});
  StartedProgram other(SlotquakeRun(scenario, out, {"--server=/bin/true"}));
  ExpectFailure(other, out, {"/bin/true is not a Redis or Valkey server"});
  StartedProgram failing(SlotquakeRun(scenario, out, {"--server=/bin/false"}));
  ExpectFailure(failing, out, {"/bin/false --version: exit code 1"});
  StartedProgram text(SlotquakeRun(scenario, out, {"--server=/etc/passwd"}));
  ExpectFailure(text, out, {"cannot start /etc/passwd", "Permission denied"});
}

TEST(BadLuckTest, AServerThatDiesAtItsStartHasTheLastWord) {
  const fs::path scenario = WriteTinyScenario(
      NewPath("given"), {.config = R"({"maxmemory-policy": "nosuch"})"});
  const fs::path out = NewPath("out");
  StartedProgram program(SlotquakeRun(scenario, out));
  ExpectFailure(program, out,
                {"server redis-0 died at its start (exit code 1)",
                 "the last words of redis-0:", ">>> 'maxmemory-policy nosuch'",
                 "argument(s) must be one of the following: volatile-lru"});
}

TEST(BadLuckTest, AClusterThatIsNeverReadyIsGivenUpInTime) {
  // The masters wait for so long before they let their replicas have the data.
  const fs::path scenario = WriteTinyScenario(
      NewPath("given"), {.config = R"({"repl-diskless-sync-delay": "100000"})"});
  const fs::path out = NewPath("out");
  const Nanos start = MonotonicNow();
  StartedProgram program(SlotquakeRun(scenario, out, {"--ready-limit-s=3"}));
  ExpectFailure(program, out,
                {"the cluster did not become ready within 3 s",
                 "redis-3: its link to its master is not up and in sync",
                 "the last words of redis-3:", "MASTER <-> REPLICA sync started"});
  EXPECT_LT(MonotonicNow() - start, seconds(25));
}

TEST(BadLuckTest, InterruptedBeforeThereIsAnythingToSave) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path out = NewPath("out");
  StartedProgram program(SlotquakeRun(scenario, out));
  ASSERT_TRUE(program.AwaitSaid("deploying"));
  program.Signal(SIGINT);
  ExpectFailure(program, out, {"interrupted before the cluster was ready"});
}

TEST(BadLuckTest, AnOutFolderThatCanNotBeWritten) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path under_a_file = scenario / "out";
  StartedProgram program(SlotquakeRun(scenario, under_a_file));
  ExpectFailure(program, under_a_file,
                {"cannot write the run's folder " + under_a_file.string(),
                 "choose another with --out=FOLDER"});

  if (!UserNamespacesAllowed()) GTEST_SKIP() << "the rest needs an ordinary user";
  const fs::path forbidden = NewPath("forbidden");
  fs::create_directories(forbidden);
  fs::permissions(forbidden, fs::perms::owner_read | fs::perms::owner_exec);
  StartedProgram ordinary(SlotquakeRun(scenario, forbidden), BecomeOrdinaryUser);
  ExpectFailure(ordinary, forbidden,
                {"cannot write the run's folder " + forbidden.string(),
                 "Permission denied", "choose another with --out=FOLDER"});
}

TEST(BadLuckTest, ForbiddenNamespacesAreToldWithTheirSetting) {
  if (!UserNamespacesAllowed()) GTEST_SKIP() << "no ordinary user can be played here";
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path out = NewPath("out");
  StartedProgram program(SlotquakeRun(scenario, out), BecomeUserWithoutNamespaces);
  ExpectFailure(program, out,
                {"cannot make namespaces for the local cluster",
                 "sudo sysctl user.max_user_namespaces=", "or run as root"});
}

TEST(BadLuckTest, ATakenMetricsPort) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path out = NewPath("out");
  const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
  const std::string port = std::to_string(taken.address().port());
  StartedProgram program(SlotquakeRun(scenario, out, {"--metrics-port=" + port}));
  ExpectFailure(program, out, {"cannot listen on 127.0.0.1:" + port + " for /metrics"});
}

}  // namespace
}  // namespace slotquake
