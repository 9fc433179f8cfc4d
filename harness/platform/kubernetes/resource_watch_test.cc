#include "harness/platform/kubernetes/resource_watch.h"

#include <csignal>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// With --watch: prints the lines of the file `events` as they are added to it, until
// the file `end` is there. Without: `list`.
const char* const kWatches = R"(
if "--watch" not in words:
    print(text_of("list") or '{"items": []}')
    sys.exit(0)
said = 0
while not text_of("end"):
    lines = text_of("events").splitlines()
    for line in lines[said:]:
        half = len(line) // 2
        sys.stdout.write(line[:half]); sys.stdout.flush()
        sys.stdout.write(line[half:]); sys.stdout.flush()
    said = len(lines)
    time.sleep(0.01)
fail("the server has gone")
)";

struct Seen {
  std::mutex mutex;
  std::vector<std::string> events;
  std::vector<std::set<std::string>> left;

  WatchHandler Handler() {
    return {.seen =
                [this](const std::string& type, const json& object) {
                  const std::lock_guard lock(mutex);
                  events.push_back(type + " " +
                                   object["metadata"]["name"].get<std::string>());
                },
            .left =
                [this](const std::set<std::string>& uids) {
                  const std::lock_guard lock(mutex);
                  left.push_back(uids);
                }};
  }
};

// Asks again and again until it holds; false: 30 s were not enough.
template <typename Holds>
bool Await(const Holds& holds) {
  const Nanos end = MonotonicNow() + seconds(30);
  while (MonotonicNow() < end) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

const char* const kAdded =
    R"({"type":"ADDED","object":{"metadata":{"name":"a","uid":"1"}}})"
    "\n";
const char* const kModified =
    R"({"type":"MODIFIED","object":{"metadata":{"name":"a","uid":"1"}}})"
    "\n";

TEST(ResourceWatchTest, TellsWhatKubectlPrints) {
  const FakeKubectl fake(kWatches);
  Seen seen;
  const ResourceWatch watch(fake.kubectl("there"), {"pods", "--selector=a=b"},
                            seen.Handler());
  fake.Write("events", kAdded);
  fake.Write("events", std::string(kAdded) + kModified);
  EXPECT_TRUE(Await([&] {
    const std::lock_guard lock(seen.mutex);
    return seen.events == std::vector<std::string>{"ADDED a", "MODIFIED a"};
  }));
  EXPECT_EQ(
      "--kubeconfig=/k --context=here --namespace=there get pods --selector=a=b "
      "--output=json --watch --output-watch-events",
      fake.calls().at(0));
  EXPECT_EQ("", watch.trouble());
  EXPECT_TRUE(seen.left.empty()) << "nothing was interrupted";
}

TEST(ResourceWatchTest, EndOfAWatchThatTheServerTellsIsNoObject) {
  const FakeKubectl fake(kWatches);
  Seen seen;
  const ResourceWatch watch(fake.kubectl(), {"pods"}, seen.Handler());
  fake.Write("events", R"({"type":"ERROR","object":{"kind":"Status","metadata":{},)"
                       R"("status":"Failure","message":"too old resource version"}})"
                       "\n" +
                           std::string(kAdded));
  EXPECT_TRUE(Await([&] {
    const std::lock_guard lock(seen.mutex);
    return seen.events == std::vector<std::string>{"ADDED a"};
  }));
}

TEST(ResourceWatchTest, InterruptedWatchIsTakenUpAgainAndTellsWhatIsLeft) {
  const FakeKubectl fake(kWatches);
  Seen seen;
  const ResourceWatch watch(fake.kubectl(), {"pods"}, seen.Handler());
  fake.Write("events", kAdded);
  ASSERT_TRUE(Await([&] {
    const std::lock_guard lock(seen.mutex);
    return seen.events.size() == 1;
  }));
  fake.Write("list", R"({"items": [{"metadata": {"uid": "1"}}]})");
  ASSERT_EQ(0, kill(fake.pids().front(), SIGKILL));
  EXPECT_TRUE(Await([&] {
    const std::lock_guard lock(seen.mutex);
    return seen.events.size() == 2 && seen.left.size() == 1;
  }));
  EXPECT_EQ((std::set<std::string>{"1"}), seen.left.at(0));
  EXPECT_EQ("killed by signal 9 (Killed)", watch.trouble());
}

TEST(ResourceWatchTest, WhatKubectlComplainsOfIsKept) {
  const FakeKubectl fake(kWatches);
  Seen seen;
  fake.Write("end", "now");
  const ResourceWatch watch(fake.kubectl(), {"pods"}, seen.Handler());
  EXPECT_TRUE(
      Await([&] { return watch.trouble() == "the server has gone (exit code 1)"; }));
}

TEST(ResourceWatchTest, EndsItsKubectl) {
  const FakeKubectl fake(kWatches);
  Seen seen;
  {
    const ResourceWatch watch(fake.kubectl(), {"pods"}, seen.Handler());
    ASSERT_TRUE(Await([&] { return !fake.pids().empty(); }));
  }
  EXPECT_NE(0, kill(fake.pids().front(), 0));
}

}  // namespace
}  // namespace slotquake
