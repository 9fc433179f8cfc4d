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
if words[0] == "get" and words[1] == "pods":
    print('{"items": [{"metadata": {"name": "agent-x"}}]}')
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
