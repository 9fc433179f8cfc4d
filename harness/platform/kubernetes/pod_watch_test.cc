#include "harness/platform/kubernetes/pod_watch.h"

#include <csignal>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// Prints the lines of the file of the resource (pods, events, nodes) as they are added.
// A list holds the objects of the file `list`. For port-forward: listens.
const char* const kWatches = R"(
if words[0] == "port-forward":
    import socket
    server = socket.create_server(("127.0.0.1", 0))
    print("Forwarding from 127.0.0.1:%d -> 1" % server.getsockname()[1], flush=True)
    while True:
        server.accept()[0].close()
if "--watch" not in words:
    print('{"items": [%s]}' % text_of("list"))
    sys.exit(0)
note(words[1] + "-pid", str(os.getpid()))
said = 0
while True:
    lines = text_of(words[1]).splitlines()
    for line in lines[said:]:
        print(line, flush=True)
    said = len(lines)
    time.sleep(0.01)
)";

json Pod(const std::string& name, const std::string& uid, const std::string& address,
         const std::string& component = "server") {
  return {{"metadata",
           {{"name", name},
            {"uid", uid},
            {"labels", {{"app.kubernetes.io/component", component}}}}},
          {"spec", {{"nodeName", "worker1"}}},
          {"status",
           {{"phase", "Running"},
            {"podIP", address},
            {"conditions", {{{"type", "Ready"}, {"status", "True"}}}},
            {"containerStatuses",
             {{{"name", "redis"},
               {"restartCount", 0},
               {"containerID", "containerd://" + uid},
               {"state", {{"running", json::object()}}}}}}}}};
}

class PodWatchTest : public testing::Test {
 protected:
  PodWatchTest() : fake_(kWatches) {}

  void Start() {
    watch_.emplace(PodWatchOptions{
        .own = fake_.kubectl("slotquake-1"),
        .servers = fake_.kubectl("slotquake-1"),
        .nodes = {{"redis-0", "redis-cluster-0"}, {"redis-1", "redis-cluster-1"}}});
  }
  void Tell(const std::string& resource, const std::string& type, const json& object) {
    told_[resource] += json{{"type", type}, {"object", object}}.dump() + "\n";
    fake_.Write(resource, told_[resource]);
  }
  testing::AssertionResult Await(const std::function<bool()>& holds) {
    if (watch_->Await(holds, seconds(30))) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "not within 30 s";
  }
  // Waits for so many of a kind, and returns them.
  std::vector<Observation> AwaitObservations(std::string_view kind, std::size_t count) {
    const auto enough = [&] {
      for (Observation& one : watch_->TakeObservations()) {
        if (one.kind == kind) seen_.push_back(std::move(one));
      }
      return seen_.size() >= count;
    };
    EXPECT_TRUE(Await(enough)) << seen_.size() << " of " << count;
    return seen_;
  }

  FakeKubectl fake_;
  std::map<std::string, std::string> told_;
  std::vector<Observation> seen_;
  std::optional<PodWatch> watch_;
};

TEST_F(PodWatchTest, NodesAndWorkersAreFoundByTheirNames) {
  Start();
  EXPECT_FALSE(watch_->Find("redis-0").ok());
  Tell("pods", "ADDED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "ADDED", Pod("client-0", "c0", "10.0.0.9", "worker"));
  Tell("pods", "ADDED", Pod("slotquake-agent-x", "a0", "172.18.0.2", "agent"));
  ASSERT_TRUE(Await([&] { return watch_->OwnPods().size() == 3; }));
  const auto node = watch_->Find("redis-0");
  ASSERT_TRUE(node.ok()) << node.message();
  EXPECT_EQ("redis-cluster-0", node->name);
  EXPECT_EQ("u0", node->container_id);
  EXPECT_EQ("worker1", node->machine);
  EXPECT_EQ("10.0.0.9", watch_->Find("client-0")->address);
  EXPECT_EQ((std::map<std::string, std::string>{{"redis-0", "10.0.0.1"},
                                                {"client-0", "10.0.0.9"}}),
            watch_->Addresses());
  EXPECT_EQ("there is no pod redis-cluster-1 now", watch_->Find("redis-1").message());
}

TEST_F(PodWatchTest, WorkersOfAJobAreFoundByTheirIndex) {
  Start();
  json client = Pod("client-1-x2k9p", "u1", "10.1.0.9", "worker");
  client["metadata"]["labels"]["job-name"] = "client";
  client["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"] = "1";
  Tell("pods", "ADDED", client);
  ASSERT_TRUE(Await([&] { return watch_->Look("client-1").has_value(); }));
  EXPECT_EQ(watch_->Look("client-1")->name, "client-1-x2k9p");
  EXPECT_EQ(watch_->Find("client-1")->name, "client-1-x2k9p");
  EXPECT_EQ(watch_->Addresses()["client-1"], "10.1.0.9");
}

TEST_F(PodWatchTest, EachChangeIsObservedOnceAndForWhomItIs) {
  Start();
  json pod = Pod("redis-cluster-0", "u0", "10.0.0.1");
  const Nanos before = MonotonicNow();
  Tell("pods", "ADDED", pod);
  pod["metadata"]["resourceVersion"] = "2";  // nothing that matters
  Tell("pods", "MODIFIED", pod);
  pod["status"]["containerStatuses"][0]["state"] =
      json::parse(R"({"terminated": {"exitCode": 137, "reason": "Error"}})");
  Tell("pods", "MODIFIED", pod);
  Tell("pods", "DELETED", pod);
  const auto seen = AwaitObservations(observation_kind::kPod, 3);
  ASSERT_EQ(3U, seen.size());
  EXPECT_EQ("added", seen[0].data["what"]);
  EXPECT_EQ("changed", seen[1].data["what"]);
  EXPECT_EQ(137, seen[1].data["exit_code"]);
  EXPECT_EQ("deleted", seen[2].data["what"]);
  for (const Observation& one : seen) {
    EXPECT_EQ("redis-0", one.node);
    EXPECT_EQ("platform", one.source);
    EXPECT_GE(one.at, before);
    EXPECT_LE(one.at, MonotonicNow());
  }
}

TEST_F(PodWatchTest, MovedNodeIsToldOnceAndTheFirstAddressIsNoMove) {
  Start();
  std::mutex mutex;
  std::vector<std::string> moves;
  watch_->OnMoved([&](const std::string& node, const Endpoint& now) {
    const std::lock_guard lock(mutex);
    moves.push_back(node + " " + ToString(now));
  });
  Tell("pods", "ADDED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "DELETED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "ADDED", Pod("redis-cluster-0", "u1", ""));
  Tell("pods", "MODIFIED", Pod("redis-cluster-0", "u1", "10.0.0.2"));
  Tell("pods", "ADDED", Pod("client-0", "c0", "10.0.0.9", "worker"));
  ASSERT_TRUE(Await([&] { return watch_->Find("client-0").ok(); }));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(std::vector<std::string>{"redis-0 10.0.0.2:6379"}, moves);
  EXPECT_EQ("10.0.0.2", watch_->LastAddress("redis-0"));
}

TEST_F(PodWatchTest, NodeWithoutAPodHasItsLastAddress) {
  Start();
  Tell("pods", "ADDED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "DELETED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "ADDED", Pod("client-0", "c0", "10.0.0.9", "worker"));
  ASSERT_TRUE(Await([&] { return watch_->Find("client-0").ok(); }));
  EXPECT_FALSE(watch_->Find("redis-0").ok());
  EXPECT_EQ("10.0.0.1", watch_->LastAddress("redis-0"));
}

TEST_F(PodWatchTest, LateWordOfAPodDoesNotRemoveItsSuccessor) {
  Start();
  Tell("pods", "ADDED", Pod("redis-cluster-0", "u1", "10.0.0.2"));
  Tell("pods", "DELETED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "ADDED", Pod("client-0", "c0", "10.0.0.9", "worker"));
  ASSERT_TRUE(Await([&] { return watch_->Find("client-0").ok(); }));
  EXPECT_TRUE(watch_->Find("redis-0").ok());
}

TEST_F(PodWatchTest, PodThatWentWhileNobodyLookedIsGone) {
  Start();
  Tell("pods", "ADDED", Pod("redis-cluster-0", "u0", "10.0.0.1"));
  Tell("pods", "ADDED", Pod("redis-cluster-1", "u1", "10.0.0.2"));
  ASSERT_TRUE(Await([&] { return watch_->OwnPods().size() == 2; }));
  fake_.Write("list", Pod("redis-cluster-1", "u1", "10.0.0.2").dump());
  told_["pods"].clear();
  Tell("pods", "ADDED", Pod("redis-cluster-1", "u1", "10.0.0.2"));
  ASSERT_EQ(0, kill(std::stoi(fake_.Read("pods-pid")), SIGKILL));
  EXPECT_TRUE(Await([&] { return !watch_->Find("redis-0").ok(); }));
  EXPECT_TRUE(watch_->Find("redis-1").ok());
  EXPECT_EQ("deleted",
            AwaitObservations(observation_kind::kPod, 3).back().data["what"]);
}

json Event(const std::string& uid, const std::string& version,
           const std::string& last) {
  return {
      {"metadata", {{"uid", uid}, {"resourceVersion", version}}},
      {"involvedObject",
       {{"kind", "Pod"}, {"name", "redis-cluster-0"}, {"namespace", "slotquake-1"}}},
      {"type", "Warning"},
      {"reason", "BackOff"},
      {"message", "again"},
      {"count", 2},
      {"lastTimestamp", last}};
}

TEST_F(PodWatchTest, EventsOfThisRunOnceEach) {
  Start();
  const std::string later = FormatUtc(WallNow() + seconds(60)).substr(0, 19) + "Z";
  Tell("events", "ADDED", Event("e0", "1", "2020-01-01T00:00:00Z"));
  Tell("events", "ADDED", Event("e1", "2", later));
  Tell("events", "ADDED", Event("e1", "2", later));
  Tell("events", "MODIFIED", Event("e1", "3", later));
  const auto seen = AwaitObservations(observation_kind::kEvent, 2);
  ASSERT_EQ(2U, seen.size());
  EXPECT_EQ("redis-0", seen[0].node);
  EXPECT_EQ("BackOff", seen[0].data["reason"]);
  EXPECT_EQ("Pod/redis-cluster-0", seen[0].data["object"]);
  EXPECT_EQ(later, seen[0].data["last_timestamp"]);
}

TEST_F(PodWatchTest, MachinesAreObservedWhenTheyChange) {
  Start();
  json machine = json::parse(R"({
      "metadata": {"name": "worker1"}, "spec": {},
      "status": {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "1"}]}})");
  Tell("nodes", "ADDED", machine);
  machine["status"]["conditions"][0]["lastHeartbeatTime"] = "2";
  Tell("nodes", "MODIFIED", machine);
  machine["spec"]["unschedulable"] = true;
  Tell("nodes", "MODIFIED", machine);
  machine["status"]["conditions"][0]["status"] = "Unknown";
  Tell("nodes", "MODIFIED", machine);
  const auto seen = AwaitObservations(observation_kind::kMachine, 3);
  ASSERT_EQ(3U, seen.size());
  EXPECT_EQ(true, seen[0].data["ready"]);
  EXPECT_EQ(true, seen[1].data["unschedulable"]);
  EXPECT_EQ(false, seen[2].data["ready"]);
  EXPECT_EQ("worker1", seen[2].data["machine"]);
}

TEST_F(PodWatchTest, AgentOfAMachine) {
  Start();
  EXPECT_NE(std::string::npos, watch_->AgentOn("worker1").message().find(
                                   "no agent runs on machine worker1"));
  Tell("pods", "ADDED", Pod("slotquake-agent-x", "a0", "172.18.0.2", "agent"));
  ASSERT_TRUE(Await([&] { return watch_->AgentOn("worker1").ok(); }));
  const auto at = watch_->AgentOn("worker1").value()();
  ASSERT_TRUE(at.ok()) << at.message();
  EXPECT_EQ(*at, *watch_->AgentOn("worker1").value()()) << "one tunnel for all";
}

TEST(PodWatchAttachedTest, ServersOfAnotherNamespaceGoByTheirPodsNames) {
  const FakeKubectl fake(kWatches);
  PodWatch watch({.own = fake.kubectl("slotquake-1"),
                  .servers = fake.kubectl("theirs"),
                  .selector = "app=redis",
                  .container = "redis",
                  .nodes = {{"theirs-0", "theirs-0"}}});
  fake.Write(
      "pods",
      json{{"type", "ADDED"}, {"object", Pod("theirs-0", "u0", "10.0.0.1")}}.dump() +
          "\n");
  EXPECT_TRUE(watch.Await([&] { return watch.Find("theirs-0").ok(); }, seconds(30)));
  bool selected = false;
  for (const std::string& call : fake.calls()) {
    selected =
        selected || (call.find("--namespace=theirs get pods --selector=app=redis") !=
                     std::string::npos);
  }
  EXPECT_TRUE(selected);
}

}  // namespace
}  // namespace slotquake
