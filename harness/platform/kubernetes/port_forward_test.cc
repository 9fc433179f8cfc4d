#include "harness/platform/kubernetes/port_forward.h"

#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/redis/connection.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A kubectl that listens as port-forward does: its pid is in `pids`, a line each, and
// its arguments in `arguments`. While there is a file `refuse` it says what that holds
// and ends.
const char* const kFake = R"(#!/usr/bin/env python3
import os, socket, sys
here = os.path.dirname(os.path.abspath(__file__))
open(here + "/arguments", "w").write(" ".join(sys.argv[1:]))
open(here + "/pids", "a").write("%d\n" % os.getpid())
if os.path.exists(here + "/refuse"):
    sys.stderr.write(open(here + "/refuse").read())
    sys.exit(1)
server = socket.create_server(("127.0.0.1", 0))
print("Forwarding from 127.0.0.1:%d -> 7070" % server.getsockname()[1], flush=True)
while True:
    server.accept()[0].close()
)";

class PortForwardTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / test->name();
    std::filesystem::create_directories(folder_);
    const std::string program = folder_ / "kubectl";
    std::ofstream(program) << kFake;
    chmod(program.c_str(), 0755);
    kubectl_.emplace(KubeTarget{program, "/k", "here", "there"});
  }

  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  std::vector<pid_t> Pids() const {
    std::vector<pid_t> pids;
    std::istringstream lines(Read("pids"));
    for (pid_t pid; lines >> pid;) pids.push_back(pid);
    return pids;
  }

  std::filesystem::path folder_;
  std::optional<Kubectl> kubectl_;
};

TEST_F(PortForwardTest, LeadsToAPortThatAccepts) {
  const Reach reach = ForwardTo(*kubectl_, "observer", 7070);
  const auto at = reach();
  ASSERT_TRUE(at.ok()) << at.message();
  EXPECT_EQ("127.0.0.1", at->host);
  EXPECT_TRUE(Connection::Connect(*at, seconds(5)).ok());
  EXPECT_EQ(
      "--kubeconfig=/k --context=here --namespace=there port-forward "
      "--address=127.0.0.1 pod/observer :7070",
      Read("arguments"));
  EXPECT_EQ(at->port, reach()->port);
  EXPECT_EQ(1U, Pids().size());
}

TEST_F(PortForwardTest, KilledKubectlIsReplaced) {
  const Reach reach = ForwardTo(*kubectl_, "observer", 7070);
  const auto before = reach();
  ASSERT_TRUE(before.ok()) << before.message();
  ASSERT_EQ(0, kill(Pids().front(), SIGKILL));
  // A call in the second after the last one may trust it still.
  const Nanos end = MonotonicNow() + seconds(20);
  while (Connection::Connect(*before, seconds(1)).ok() && MonotonicNow() < end) {
  }
  Result<Endpoint> after = reach();
  while ((!after.ok() || *after == *before) && MonotonicNow() < end) after = reach();
  ASSERT_TRUE(after.ok()) << after.message();
  EXPECT_TRUE(Connection::Connect(*after, seconds(5)).ok());
  EXPECT_EQ(2U, Pids().size());
}

TEST_F(PortForwardTest, ErrorSaysWhatKubectlSaid) {
  std::ofstream(folder_ / "refuse") << "error: pods \"observer\" not found\n";
  const Reach reach = ForwardTo(*kubectl_, "observer", 7070, milliseconds(800));
  const auto at = reach();
  ASSERT_FALSE(at.ok());
  EXPECT_EQ(
      "no tunnel to pod observer: error: pods \"observer\" not found (exit code 1)",
      at.message());
  std::filesystem::remove(folder_ / "refuse");
  const Nanos end = MonotonicNow() + seconds(20);
  Result<Endpoint> later = reach();
  while (!later.ok() && MonotonicNow() < end) later = reach();
  EXPECT_TRUE(later.ok()) << later.message();
}

TEST_F(PortForwardTest, NobodyAsksNobodyIsStarted) {
  std::ofstream(folder_ / "refuse") << "no\n";
  const Reach reach = ForwardTo(*kubectl_, "observer", 7070, milliseconds(300));
  EXPECT_FALSE(reach().ok());
  const Nanos end = MonotonicNow() + seconds(2);
  std::size_t before = Pids().size();
  // At most the one attempt that was under way comes to an end.
  while (MonotonicNow() < end) EXPECT_LE(Pids().size(), before + 1);
}

TEST_F(PortForwardTest, EndsWithTheLastReach) {
  pid_t pid = 0;
  {
    const Reach reach = ForwardTo(*kubectl_, "observer", 7070);
    ASSERT_TRUE(reach().ok());
    const Reach copy = reach;
    pid = Pids().front();
    EXPECT_EQ(0, kill(pid, 0));
  }
  EXPECT_NE(0, kill(pid, 0));
}

TEST(ForwardedPortTest, OnlyAWholeLineCounts) {
  EXPECT_EQ(std::nullopt, ForwardedPort(""));
  EXPECT_EQ(std::nullopt, ForwardedPort("Forwarding from 127.0.0.1:41"));
  EXPECT_EQ(std::nullopt, ForwardedPort("Forwarding from [::1]:41235 -> 7070"));
  EXPECT_EQ(41235, ForwardedPort("Forwarding from 127.0.0.1:41235 -> 7070\n"));
  EXPECT_EQ(80, ForwardedPort("warning\nForwarding from 127.0.0.1:80 -> 7070\n"));
}

}  // namespace
}  // namespace slotquake
