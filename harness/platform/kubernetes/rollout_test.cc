#include "harness/platform/kubernetes/rollout.h"

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The watch of pods prints the lines of `watched`; `get` prints `pods` and `events`.
const char* const kRollsOut = R"(
if "--watch" not in words:
    print(text_of(words[1]) or '{"items": []}')
    sys.exit(0)
said = 0
while True:
    lines = text_of("watched").splitlines() if words[1] == "pods" else []
    for line in lines[said:]:
        print(line, flush=True)
    said = len(lines)
    time.sleep(0.01)
)";

std::string Running(const std::string& name, const std::string& component, bool ready) {
  return json{{"type", "ADDED"},
              {"object",
               {{"metadata",
                 {{"name", name},
                  {"uid", name},
                  {"labels", {{"app.kubernetes.io/component", component}}}}},
                {"status",
                 {{"phase", "Running"},
                  {"conditions",
                   {{{"type", "Ready"}, {"status", ready ? "True" : "False"}}}},
                  {"containerStatuses",
                   {{{"name", "c"}, {"state", {{"running", json::object()}}}}}}}}}}}
             .dump() +
         "\n";
}

std::string ReadData(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream("harness/platform/kubernetes/testdata/" + name).rdbuf();
  return text.str();
}

class RolloutTest : public testing::Test {
 protected:
  RolloutTest()
      : fake_(kRollsOut),
        watch_({.own = fake_.kubectl("n"),
                .servers = fake_.kubectl("n"),
                .nodes = {{"redis-0", "redis-cluster-0"}}}) {}

  Status Await(Nanos limit, Nanos patience, bool stop = false) {
    const AwaitedPods awaited = {
        .pods = {{.name = "redis-0", .must_be_ready = false}, {.name = "observer"}},
        .agents = 2};
    return AwaitPods(
        awaited, watch_, fake_.kubectl("n"), limit, patience,
        {.say = [](const std::string&) {},
         .show = [this](const std::string& text) { shown_.push_back(text); }},
        [stop] { return stop; });
  }

  FakeKubectl fake_;
  PodWatch watch_;
  std::vector<std::string> shown_;
};

TEST_F(RolloutTest, EndsWhenAllRun) {
  fake_.Write("watched", Running("redis-cluster-0", "server", false) +
                             Running("observer", "worker", true) +
                             Running("agent-a", "agent", true) +
                             Running("agent-b", "agent", true));
  const Status status = Await(seconds(30), seconds(30));
  EXPECT_TRUE(status.ok()) << status.message();
  EXPECT_EQ("4 of 4 pods run", shown_.back());
}

TEST_F(RolloutTest, WorkerThatIsNotReadyDoesNotCount) {
  fake_.Write("watched", Running("redis-cluster-0", "server", false) +
                             Running("observer", "worker", false) +
                             Running("agent-a", "agent", true) +
                             Running("agent-b", "agent", false));
  const Status status = Await(seconds(2), seconds(30));
  ASSERT_FALSE(status.ok());
  EXPECT_TRUE(status.message().starts_with("2 of 4 pods run after 2 s:"))
      << status.message();
}

TEST_F(RolloutTest, StuckPodsEndItBeforeTheLimitWithTheirReasons) {
  fake_.Write("pods", ReadData("trouble_pods.json"));
  fake_.Write("events", ReadData("trouble_events.json"));
  const Status status = Await(seconds(600), milliseconds(100));
  ASSERT_FALSE(status.ok());
  for (const char* part :
       {"its image redis:9.9 can not be had", "no machine takes it", "exceeded quota",
        "redis-cluster-0: there is no such pod", "observer: there is no such pod"}) {
    EXPECT_NE(std::string::npos, status.message().find(part)) << status.message();
  }
}

TEST_F(RolloutTest, ItCanBeInterrupted) {
  EXPECT_EQ("interrupted while pods were starting",
            Await(seconds(600), seconds(600), true).message());
}

}  // namespace
}  // namespace slotquake
