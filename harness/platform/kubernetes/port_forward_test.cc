#include "harness/platform/kubernetes/port_forward.h"

#include <csignal>
#include <filesystem>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"
#include "harness/redis/connection.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Listens as port-forward does. While there is a file `refuse` it says what that holds
// and ends.
const char* const kForwards = R"(
import socket
if text_of("refuse"):
    fail(text_of("refuse"))
server = socket.create_server(("127.0.0.1", 0))
print("Forwarding from 127.0.0.1:%d -> 7070" % server.getsockname()[1], flush=True)
while True:
    server.accept()[0].close()
)";

// Asks until there is another way than `before`, or the limit of the test passes.
Result<Endpoint> AwaitOther(const Reach& reach, const Endpoint& before) {
  const Nanos end = MonotonicNow() + seconds(30);
  Result<Endpoint> now = reach();
  while ((!now.ok() || *now == before) && MonotonicNow() < end) now = reach();
  return now;
}

TEST(PortForwardTest, LeadsToAPortThatAccepts) {
  const FakeKubectl fake(kForwards);
  const Reach reach = ForwardTo(fake.kubectl("there"), "observer", 7070);
  const auto at = reach();
  ASSERT_TRUE(at.ok()) << at.message();
  EXPECT_EQ("127.0.0.1", at->host);
  EXPECT_TRUE(Connection::Connect(*at, seconds(5)).ok());
  EXPECT_EQ(
      std::vector<std::string>{
          "--kubeconfig=/k --context=here --namespace=there port-forward "
          "--address=127.0.0.1 pod/observer :7070"},
      fake.calls());
  EXPECT_EQ(at->port, reach()->port);
  EXPECT_EQ(1U, fake.pids().size());
}

TEST(PortForwardTest, KilledKubectlIsReplaced) {
  const FakeKubectl fake(kForwards);
  const Reach reach = ForwardTo(fake.kubectl(), "observer", 7070);
  const auto before = reach();
  ASSERT_TRUE(before.ok()) << before.message();
  ASSERT_EQ(0, kill(fake.pids().front(), SIGKILL));
  const auto after = AwaitOther(reach, *before);
  ASSERT_TRUE(after.ok()) << after.message();
  EXPECT_FALSE(*after == *before);
  EXPECT_TRUE(Connection::Connect(*after, seconds(5)).ok());
  EXPECT_EQ(2U, fake.pids().size());
}

TEST(PortForwardTest, ErrorSaysWhatKubectlSaidAndALaterCallGetsThrough) {
  const FakeKubectl fake(kForwards);
  fake.Write("refuse", "error: pods \"observer\" not found");
  const Reach reach = ForwardTo(fake.kubectl(), "observer", 7070, milliseconds(1500));
  const auto at = reach();
  ASSERT_FALSE(at.ok());
  EXPECT_EQ(
      "no tunnel to pod observer: error: pods \"observer\" not found (exit code 1)",
      at.message());
  std::filesystem::remove(fake.folder() / "refuse");
  const auto later = AwaitOther(reach, {"", 0});
  EXPECT_TRUE(later.ok()) << later.message();
}

TEST(PortForwardTest, BrokenTunnelThatNobodyWantsIsLeftBroken) {
  const FakeKubectl fake(kForwards);
  const Reach reach = ForwardTo(fake.kubectl(), "observer", 7070);
  const auto before = reach();
  ASSERT_TRUE(before.ok()) << before.message();
  fake.Write("refuse", "no");
  ASSERT_EQ(0, kill(fake.pids().front(), SIGKILL));
  // More than two pauses between attempts, if there were any.
  const Nanos end = MonotonicNow() + milliseconds(700);
  while (MonotonicNow() < end) ASSERT_EQ(1U, fake.pids().size());
}

TEST(PortForwardTest, EndsWithTheLastReach) {
  const FakeKubectl fake(kForwards);
  pid_t pid = 0;
  {
    const Reach reach = ForwardTo(fake.kubectl(), "observer", 7070);
    ASSERT_TRUE(reach().ok());
    const Reach copy = reach;
    pid = fake.pids().front();
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
