#include "harness/platform/kubernetes/removal.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One agent. `left` is what is still there; it goes with the third look, unless there
// is a file `stays`.
const char* const kRemoves = R"(
agent = '{"metadata": {"name": "agent-x"}}'
server = ('{"metadata": {"name": "redis-0"}, "spec": {"volumes": [{"name": "data", '
          '"persistentVolumeClaim": {}}, {"name": "conf"}], "containers": [{'
          '"volumeMounts": [{"name": "data", "mountPath": "/data"}, '
          '{"name": "conf", "mountPath": "/conf"}]}]}, "status": {'
          '"containerStatuses": [{"state": {"terminated": {"exitCode": 0}}}]}}')
busy = '{"metadata": {"name": "busy"}, "status": {"phase": "Running"}}'
if words[0] == "get" and words[1] == "pods":
    if "component=agent" in " ".join(words):
        print('{"items": [%s]}' % ("" if text_of("no_agents") else agent))
    elif "component=server" in " ".join(words):
        print('{"items": [%s]}' % server)
    elif text_of("hangs"):
        print('{"items": [%s, %s]}' % (server, busy))
    else:
        print('{"items": []}')
elif words[0] == "delete" and "--force" in words:
    os.remove(os.path.join(here, "hangs"))
elif words[0] == "get" and words[1] == "namespace" and text_of("hangs"):
    print("namespace/slotquake-1")
elif words[0] == "get" and words[1].startswith("statefulsets"):
    note("looks", "x")
    if text_of("looks").count("x") < 3:
        print("pod/redis-0")
elif words[0] == "get" and words[1] == "namespace":
    if text_of("silent"):
        fail("The connection to the server was refused")
    note("looks", "x")
    if text_of("stays") or text_of("looks").count("x") < 3:
        print("namespace/slotquake-1")
elif words[0] == "delete" and text_of("silent"):
    fail("The connection to the server 1.2.3.4 was refused")
)";

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool Called(const FakeKubectl& fake, const std::string& part) {
  const auto calls = fake.calls();
  return std::any_of(calls.begin(), calls.end(),
                     [&](const std::string& call) { return Has(call, part); });
}

const RunTraces kTraces = {.run = "1", .name_space = "slotquake-1"};

TEST(RemoveRunTest, EverythingGoesAndItWaitsForThat) {
  const FakeKubectl fake(kRemoves);
  const Status removed =
      RemoveRun(fake.kubectl(), kTraces, seconds(30), [] { return false; });
  EXPECT_TRUE(removed.ok()) << removed.message();
  EXPECT_TRUE(Called(fake, "exec agent-x -- rm -rf /var/local/slotquake/1"));
  EXPECT_TRUE(Called(fake, "delete namespace slotquake-1"));
  EXPECT_TRUE(Called(fake,
                     "delete persistentvolumes,storageclasses,clusterroles,"
                     "clusterrolebindings --selector=slotquake/run=1"));
  EXPECT_EQ("x\nx\nx\n", fake.Read("looks"));
}

TEST(RemoveRunTest, WhatIsLeftAfterTheLimitIsNamedWithTheWayToRemoveIt) {
  const FakeKubectl fake(kRemoves);
  fake.Write("stays", "x");
  const Status removed =
      RemoveRun(fake.kubectl(), kTraces, milliseconds(500), [] { return false; });
  ASSERT_FALSE(removed.ok());
  EXPECT_TRUE(Has(removed.message(), "namespace/slotquake-1")) << removed.message();
  EXPECT_TRUE(Has(removed.message(), "kubectl delete namespace slotquake-1"));
}

TEST(RemoveRunTest, APodThatHasEndedButHangsIsForcedOut) {
  const FakeKubectl fake(kRemoves);
  fake.Write("hangs", "x");
  const Nanos begin = MonotonicNow();
  const Status removed =
      RemoveRun(fake.kubectl(), kTraces, seconds(60), [] { return false; });
  EXPECT_TRUE(removed.ok()) << removed.message();
  EXPECT_GE(MonotonicNow() - begin, seconds(5)) << "its machine had no time to do it";
  EXPECT_TRUE(Called(fake, "delete pods redis-0 --force --grace-period=0"))
      << "without the one that still runs";
}

TEST(RemoveRunTest, WithoutAgentsTheVolumesAreEmptied) {
  const FakeKubectl fake(kRemoves);
  fake.Write("no_agents", "x");
  EXPECT_TRUE(
      RemoveRun(fake.kubectl(), kTraces, seconds(30), [] { return false; }).ok());
  EXPECT_TRUE(Called(fake, "exec redis-0 -- find /data -mindepth 1 -delete"));
  EXPECT_FALSE(Called(fake, "/conf"));
}

TEST(RemoveRunTest, ALentNamespaceStaysWithAllThatIsNotTheRuns) {
  const FakeKubectl fake(kRemoves);
  const RunTraces lent = {.run = "1", .name_space = "theirs", .lent = true};
  const Status removed =
      RemoveRun(fake.kubectl(), lent, seconds(30), [] { return false; });
  EXPECT_TRUE(removed.ok()) << removed.message();
  EXPECT_FALSE(Called(fake, "delete namespace"));
  EXPECT_FALSE(Called(fake, "--all"));
  EXPECT_FALSE(Called(fake, "clusterroles")) << "a right that it does not have";
  EXPECT_TRUE(Called(fake,
                     "persistentvolumeclaims,poddisruptionbudgets "
                     "--selector=slotquake/run=1"));
  for (const std::string& call : fake.calls()) {
    if (!Has(call, " delete ") || Has(call, "--force")) continue;
    EXPECT_TRUE(Has(call, "--selector=slotquake/run=1")) << call;
  }
  EXPECT_EQ("x\nx\nx\n", fake.Read("looks"));
}

TEST(RemoveRunTest, InAHurryItOrdersEverythingAndDoesNotWait) {
  const FakeKubectl fake(kRemoves);
  fake.Write("stays", "x");
  const Status removed =
      RemoveRun(fake.kubectl(), kTraces, seconds(600), [] { return true; });
  EXPECT_FALSE(removed.ok());
  EXPECT_TRUE(Called(fake, "delete namespace slotquake-1"));
  EXPECT_TRUE(Called(fake, "delete persistentvolumes"));
  EXPECT_FALSE(Called(fake, "exec"));
}

TEST(RemoveRunTest, ApiServerThatHasGoneIsSaid) {
  const FakeKubectl fake(kRemoves);
  fake.Write("silent", "x");
  const Status removed =
      RemoveRun(fake.kubectl(), kTraces, seconds(5), [] { return false; });
  ASSERT_FALSE(removed.ok());
  EXPECT_TRUE(Has(removed.message(), "API server does not answer"))
      << removed.message();
  EXPECT_TRUE(Has(removed.message(), "kubectl delete namespace slotquake-1"));
}

}  // namespace
}  // namespace slotquake
