// An agent against stand-in pods with real servers, through its HTTP API. The tests
// share the pods; each leaves them as it found them.
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <thread>

#include "gtest/gtest.h"
#include "harness/agent/agent_client.h"
#include "harness/agent/agent_server.h"
#include "harness/agent/stop_notes.h"
#include "harness/agent/tables.h"
#include "harness/agent/testing/stand_in_pods.h"
#include "harness/platform/local/world.h"
#include "harness/platform/packet_filter.h"

namespace slotquake {
namespace {

using std::string;
using std::chrono::milliseconds;
using std::chrono::seconds;

string server_program;

bool WaitFor(const std::function<bool()>& holds, Nanos limit = seconds(15)) {
  const Nanos end = MonotonicNow() + limit;
  while (!holds()) {
    if (MonotonicNow() > end) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

bool Has(const string& text, const string& part) {
  return text.find(part) != string::npos;
}

const std::filesystem::path kNotes = "/run/notes";
const std::filesystem::path kVolumes = "/run/volumes";

class AgentTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto pods = StandInPods::Start(server_program, {"redis-0", "redis-1"});
    ASSERT_TRUE(pods.ok()) << pods.message();
    pods_ = std::move(*pods);
    ASSERT_EQ(
        pods_->Ask("redis-1", {"CLUSTER", "MEET", pods_->AddressOf("redis-0"), "6379"}),
        "OK");
  }
  static void TearDownTestSuite() { pods_.reset(); }

  void SetUp() override {
    Renew();
    ASSERT_TRUE(WaitFor([] { return Joined(); })) << Links();
  }

  // Another agent, as after a crash of the one before.
  void Renew() {
    server_.reset();
    agent_ = std::make_unique<Agent>(
        AgentSettings{kNotes, kVolumes, PodProcesses(pods_->cgroups())});
    auto server = ServeAgent("127.0.0.1:0", agent_.get());
    ASSERT_TRUE(server.ok()) << server.message();
    server_ = std::move(*server);
  }

  AgentClient client() const {
    return AgentClient(Always(*ParseEndpoint(server_->address())));
  }
  static ServerName Server(const string& pod) { return {pods_->UidOf(pod), ""}; }
  static string Links() { return pods_->AskInside("redis-1", {"CLUSTER", "NODES"}); }
  // Whether the present server of redis-0 has never heard from another.
  static bool HeardNothing() {
    return Has(pods_->AskInside("redis-0", {"CLUSTER", "INFO"}),
               "cluster_stats_messages_received:0\r\n");
  }
  // Whether redis-0 and redis-1 hear each other.
  static bool Joined() {
    const string nodes = Links();
    if (pods_->AskInside("redis-0", {"PING"}) != "PONG" || HeardNothing()) return false;
    return std::count(nodes.begin(), nodes.end(), '\n') == 2 &&
           !Has(nodes, "disconnected") && !Has(nodes, "fail") &&
           !Has(nodes, "handshake");
  }

  std::pair<int, string> Ask(const string& method, const string& path,
                             const string& body) {
    Poco::Net::HTTPClientSession session(
        "127.0.0.1",
        static_cast<Poco::UInt16>(ParseEndpoint(server_->address())->port));
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    request.setContentLength(static_cast<int>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::istream& in = session.receiveResponse(response);
    return {response.getStatus(), {std::istreambuf_iterator<char>(in), {}}};
  }

  static std::unique_ptr<StandInPods> pods_;
  std::unique_ptr<Agent> agent_;
  std::unique_ptr<ApiServer> server_;
};
std::unique_ptr<StandInPods> AgentTest::pods_;

TEST_F(AgentTest, ErrorsAreJson) {
  const struct {
    const char* method;
    const char* path;
    const char* body;
    int status;
    const char* text;
  } cases[] = {
      {"GET", "/nothing", "", 404, "there is no /nothing here"},
      {"GET", "/undo_all", "", 405, "/undo_all does not know GET"},
      {"POST", "/process/stop", "{", 400, "parse error"},
      {"POST", "/process/stop", "{\"pod_uid\": 7}", 400, "error"},
      {"POST", "/process/stop", "{\"pod_uid\": \"x\", \"container_id\": \"\"}", 409,
       "pod x has no process here"},
      {"POST", "/process/end",
       "{\"pod_uid\": \"x\", \"container_id\": \"\", \"signal\": \"HUP\"}", 409,
       "KILL or TERM"},
      {"POST", "/network/lift", "{\"name\": \"a; b\", \"pod_uids\": []}", 409, "name"},
      {"POST", "/network/lift", "{\"name\": \"hold\", \"pod_uids\": []}", 409, "taken"},
      {"POST", "/network/apply",
       "{\"name\": \"a\", \"rules\": \"flush ruleset\", \"pod_uids\": []}", 409,
       "not a table"},
      {"POST", "/shape/lift", "{\"name\": \"a b\", \"pod_uids\": []}", 409, "name"},
      {"POST", "/machine/cut", "{\"name\": \"a\", \"limit_ms\": 0, \"allow\": []}", 409,
       "limit_ms"},
      {"POST", "/remove_volumes", "{\"path\": \"/etc\"}", 409, "refused"},
  };
  for (const auto& c : cases) {
    const auto [status, body] = Ask(c.method, c.path, c.body);
    EXPECT_EQ(status, c.status) << c.path << " " << body;
    EXPECT_TRUE(Has(body, c.text)) << c.path << " " << body;
  }
}

TEST_F(AgentTest, KnowsTheSameClock) {
  const auto clock = client().EstimateClock();
  ASSERT_TRUE(clock.ok()) << clock.message();
  EXPECT_TRUE(clock->same_clock);
}

// The control of the next test: without a hold its conditions do not come about.
TEST_F(AgentTest, KilledServerRejoinsWhereNothingHoldsIt) {
  const int before = pods_->Restarts("redis-0");
  const auto sent = client().EndProcess(Server("redis-0"), "KILL", std::nullopt);
  ASSERT_TRUE(sent.ok()) << sent.message();
  const auto end = client().AwaitEnd(Server("redis-0"), seconds(5));
  ASSERT_TRUE(end.ok() && end->gone) << end.message();
  EXPECT_GE(*end->gone, sent->at);
  EXPECT_FALSE(end->held);
  ASSERT_TRUE(WaitFor([&] { return pods_->Restarts("redis-0") > before; }));
  EXPECT_TRUE(WaitFor([] { return pods_->Ask("redis-0", {"PING"}) == "PONG"; }));
  EXPECT_TRUE(WaitFor([] { return Joined(); })) << Links();
}

TEST_F(AgentTest, HeldServerIsBackAndReachesNobody) {
  const int before = pods_->Restarts("redis-0");
  const auto sent = client().EndProcess(Server("redis-0"), "KILL", 6379);
  ASSERT_TRUE(sent.ok()) << sent.message();
  const auto end = client().AwaitEnd(Server("redis-0"), seconds(5));
  ASSERT_TRUE(end.ok() && end->gone && end->held) << end.message();
  EXPECT_GE(*end->held, *end->gone);
  // Its successor runs, as seen from inside, and has the same neighbours in its map.
  ASSERT_TRUE(WaitFor([&] { return pods_->Restarts("redis-0") > before; }));
  ASSERT_TRUE(WaitFor([] { return pods_->AskInside("redis-0", {"PING"}) == "PONG"; }));
  // Long enough for either side to have tried again, and again.
  ASSERT_TRUE(WaitFor([] { return Has(Links(), "fail"); })) << Links();
  const auto inside = [] { return pods_->AskInside("redis-0", {"CLUSTER", "NODES"}); };
  ASSERT_TRUE(WaitFor([&] { return Has(inside(), "fail"); })) << inside();
  EXPECT_TRUE(HeardNothing()) << inside();
  for (const string& answer : {pods_->Ask("redis-0", {"PING"}),
                               pods_->AskFrom("redis-1", "redis-0", {"PING"})}) {
    EXPECT_TRUE(Has(answer, "refused")) << answer;
  }
  const auto state = client().State(Server("redis-0"));
  ASSERT_TRUE(state.ok()) << state.message();
  EXPECT_EQ(state->state, ProcessState::kGone);
  EXPECT_TRUE(state->held);

  ASSERT_TRUE(client().Release(pods_->UidOf("redis-0")).ok());
  EXPECT_TRUE(client().Release(pods_->UidOf("redis-0")).ok()) << "twice is harmless";
  EXPECT_TRUE(WaitFor([] { return Joined(); })) << Links();
  EXPECT_EQ(client().State(Server("redis-0"))->state, ProcessState::kRunning);
}

TEST_F(AgentTest, ATermHoldsWhenTheProcessIsGoneAndNotBefore) {
  const pid_t pid = pods_->ServerPid("redis-0");
  kill(pid, SIGSTOP);  // so that it can not end yet
  ASSERT_TRUE(client().EndProcess(Server("redis-0"), "TERM", 6379).ok());
  const auto early = client().AwaitEnd(Server("redis-0"), milliseconds(50));
  ASSERT_TRUE(early.ok()) << early.message();
  EXPECT_FALSE(early->gone || early->held);
  EXPECT_EQ(client().State(Server("redis-0"))->state, ProcessState::kStopped);
  kill(pid, SIGCONT);
  const auto end = client().AwaitEnd(Server("redis-0"), seconds(5));
  ASSERT_TRUE(end.ok() && end->gone && end->held) << end.message();
  ASSERT_TRUE(client().Release(pods_->UidOf("redis-0")).ok());
  const auto started = client().AwaitStart(Server("redis-0"), seconds(10));
  ASSERT_TRUE(started.ok()) << started.message();
  EXPECT_NE(started->pid, pid);
}

TEST_F(AgentTest, PausesAndContinues) {
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(client().StopProcess(Server("redis-0")).ok());
    ASSERT_TRUE(WaitFor([&] {
      return client().State(Server("redis-0"))->state == ProcessState::kStopped;
    }));
  }
  EXPECT_TRUE(Has(pods_->Ask("redis-0", {"PING"}, milliseconds(200)), "error"));
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(client().ContinueProcess(Server("redis-0")).ok());
    EXPECT_EQ(client().State(Server("redis-0"))->state, ProcessState::kRunning);
  }
  EXPECT_EQ(pods_->Ask("redis-0", {"PING"}), "PONG");
}

// Whether it is stopped again and again, as long as it is watched.
bool IsStarved(const AgentClient& agent, const ServerName& server) {
  const auto before = agent.Use(server);
  EXPECT_TRUE(before.ok()) << before.message();
  return WaitFor([&] { return agent.Use(server)->starved > before->starved; },
                 seconds(1));
}

TEST_F(AgentTest, AStarvedServerServesAndIsStoppedInTurns) {
  const ServerName server = Server("redis-0");
  EXPECT_TRUE(Has(client().Starve(server, 1.0).message(), "share"));
  EXPECT_FALSE(IsStarved(client(), server));
  ASSERT_TRUE(client().Starve(server, 0.1).ok());
  EXPECT_TRUE(IsStarved(client(), server));
  EXPECT_EQ(pods_->Ask("redis-0", {"PING"}), "PONG");
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(client().EndStarving(pods_->UidOf("redis-0")).ok());
  }
  EXPECT_FALSE(IsStarved(client(), server));
  EXPECT_EQ(client().State(server)->state, ProcessState::kRunning);
  EXPECT_EQ(client().UndoAll(std::nullopt, true)->continued, 0) << "nothing is left";
}

TEST_F(AgentTest, WhatIsPausedAndStarvedStaysPausedUntilBothAreOver) {
  const ServerName server = Server("redis-0");
  const auto is_stopped = [&] {
    return client().State(server)->state == ProcessState::kStopped;
  };
  ASSERT_TRUE(client().Starve(server, 0.5).ok());
  ASSERT_TRUE(client().StopProcess(server).ok());
  ASSERT_TRUE(client().EndStarving(pods_->UidOf("redis-0")).ok());
  ASSERT_TRUE(WaitFor(is_stopped));
  EXPECT_TRUE(Has(pods_->Ask("redis-0", {"PING"}, milliseconds(200)), "error"));
  ASSERT_TRUE(client().Starve(server, 0.5).ok());
  EXPECT_FALSE(IsStarved(client(), server)) << "it is left alone";
  ASSERT_TRUE(client().ContinueProcess(server).ok());
  EXPECT_TRUE(IsStarved(client(), server));
  EXPECT_EQ(pods_->Ask("redis-0", {"PING"}), "PONG");
  ASSERT_TRUE(client().EndStarving(pods_->UidOf("redis-0")).ok());
  EXPECT_EQ(client().State(server)->state, ProcessState::kRunning);
}

TEST_F(AgentTest, AStarvedServerIsContinuedByUndo) {
  const ServerName server = Server("redis-0");
  ASSERT_TRUE(client().Starve(server, 0.01).ok());
  // Where another agent finds it, if this one dies while it is stopped.
  EXPECT_EQ(StopNotes(kNotes).All().size(), 1u);
  ASSERT_TRUE(agent_->UndoOwn().ok());
  EXPECT_TRUE(StopNotes(kNotes).All().empty());
  EXPECT_EQ(client().State(server)->state, ProcessState::kRunning);
  EXPECT_FALSE(IsStarved(client(), server));
}

TEST_F(AgentTest, WhatSomebodyElseStoppedStaysStopped) {
  const pid_t pid = pods_->ServerPid("redis-0");
  kill(pid, SIGSTOP);
  ASSERT_TRUE(WaitFor([&] {
    return client().State(Server("redis-0"))->state == ProcessState::kStopped;
  }));
  EXPECT_TRUE(
      Has(client().StopProcess(Server("redis-0")).message(), "by somebody else"));
  EXPECT_TRUE(
      Has(client().ContinueProcess(Server("redis-0")).message(), "by somebody else"));
  const auto undone = client().UndoAll(std::nullopt, true);
  ASSERT_TRUE(undone.ok()) << undone.message();
  EXPECT_EQ(undone->continued, 0);
  EXPECT_EQ(client().State(Server("redis-0"))->state, ProcessState::kStopped);
  kill(pid, SIGCONT);
}

TEST_F(AgentTest, ATableIsInForceInThePodsAndCounts) {
  const std::map<string, string> addresses = {{"redis-0", pods_->AddressOf("redis-0")},
                                              {"redis-1", pods_->AddressOf("redis-1")}};
  const auto table = FilterTable("cut", {{{"redis-1"}, {"redis-0"}}}, addresses,
                                 {"redis-0", "redis-1"}, 6379);
  const std::vector<string> both = {pods_->UidOf("redis-0"), pods_->UidOf("redis-1")};
  const auto ping = [] {
    return pods_->AskFrom("redis-1", "redis-0", {"PING"}, milliseconds(200));
  };
  EXPECT_EQ(ping(), "PONG");
  const auto applied = client().Apply("cut", *table, both);
  ASSERT_TRUE(applied.ok()) << applied.message();
  ASSERT_EQ(applied->size(), 2u);
  EXPECT_TRUE((*applied)[0].here && (*applied)[0].end > (*applied)[0].begin);
  EXPECT_TRUE(Has(ping(), "error")) << ping();
  EXPECT_EQ(pods_->Ask("redis-0", {"PING"}), "PONG") << "from elsewhere";
  const auto stopped = client().Stopped("cut", both);
  ASSERT_TRUE(stopped.ok()) << stopped.message();
  EXPECT_GT((*stopped)[1].stopped.value_or(0), 0) << "where they come from";
  ASSERT_TRUE(client().Lift("cut", both).ok());
  EXPECT_TRUE(client().Lift("cut", both).ok()) << "twice is harmless";
  EXPECT_EQ(ping(), "PONG");
}

TEST_F(AgentTest, ATableIsInAllPodsOrInNone) {
  const string rules = FilterRemoval("cut") + "table inet slotquake_cut { }\n";
  const string uid = pods_->UidOf("redis-0");
  EXPECT_TRUE(
      Has(client().Apply("cut", rules, {uid, "gone"}).message(), "pod gone: has no"));
  const auto seen = client().Stopped("cut", {uid});
  ASSERT_TRUE(seen.ok()) << seen.message();
  EXPECT_FALSE(seen->front().stopped);
  const auto lifted = client().Lift("cut", {"gone"});
  ASSERT_TRUE(lifted.ok()) << "a pod that is gone has no table";
  EXPECT_FALSE(lifted->front().here);
}

TEST_F(AgentTest, AnotherAgentUndoesEverything) {
  ASSERT_TRUE(client().EndProcess(Server("redis-0"), "KILL", 6379).ok());
  ASSERT_TRUE(client().AwaitEnd(Server("redis-0"), seconds(5))->held);
  ASSERT_TRUE(client().StopProcess(Server("redis-1")).ok());
  ASSERT_TRUE(client()
                  .CutMachine({.name = "m",
                               .limit = seconds(60),
                               .allow = {},
                               .interfaces = {"nowhere0"}})
                  .ok());
  ASSERT_TRUE(WaitFor([&] { return client().StoppedAtMachine("m").ok(); }));
  Renew();
  const auto one =
      client().UndoAll(std::vector<string>{pods_->UidOf("redis-1")}, false);
  ASSERT_TRUE(one.ok()) << one.message();
  EXPECT_EQ(one->continued, 1);
  EXPECT_EQ(one->tables, 0);
  const auto all = client().UndoAll(std::nullopt, true);
  ASSERT_TRUE(all.ok()) << all.message();
  EXPECT_EQ(all->continued, 0);
  EXPECT_EQ(all->tables, 2) << "the hold and the machine's cut";
  EXPECT_TRUE(WaitFor([] { return pods_->Ask("redis-0", {"PING"}) == "PONG"; }));
  EXPECT_EQ(pods_->Ask("redis-1", {"PING"}), "PONG");
}

TEST_F(AgentTest, AnAgentUndoesItsOwn) {
  ASSERT_TRUE(client().StopProcess(Server("redis-0")).ok());
  Renew();
  ASSERT_TRUE(client().StopProcess(Server("redis-1")).ok());
  const string rules = FilterRemoval("cut") + "table inet slotquake_cut {\n" +
                       "counter stopped { }\n}\n";
  const string uid = pods_->UidOf("redis-1");
  ASSERT_TRUE(client().Apply("cut", rules, {uid}).ok());
  ASSERT_TRUE(client().Stopped("cut", {uid})->front().stopped);
  const Status undone = agent_->UndoOwn();
  ASSERT_TRUE(undone.ok()) << undone.message();
  EXPECT_FALSE(client().Stopped("cut", {uid})->front().stopped);
  EXPECT_EQ(client().State(Server("redis-1"))->state, ProcessState::kRunning);
  EXPECT_EQ(client().State(Server("redis-0"))->state, ProcessState::kStopped)
      << "that was another agent";
  EXPECT_TRUE(client().ContinueProcess(Server("redis-0")).ok());
}

// What a pod gets from an address.
PodShape LateFor(const string& pod_uid, const string& from) {
  return {.pod_uids = {pod_uid},
          .rule = {.name = "late", .peers = {from}, .inward = true},
          .pace = {.delay = milliseconds(300)}};
}

TEST_F(AgentTest, PacketsAreLateUntilThatIsLifted) {
  const string uid = pods_->UidOf("redis-1");
  const auto trip = [&] {
    const auto took =
        client().RoundTrip(uid, {pods_->AddressOf("redis-0"), 6379}, 3, seconds(5));
    EXPECT_TRUE(took.ok()) << took.message();
    return took.ok() ? *took : Nanos(-1);
  };
  ASSERT_TRUE(client().CanShape().ok()) << client().CanShape().message();
  EXPECT_LT(trip(), milliseconds(300));
  EXPECT_FALSE(client().Shaped("late").ok());
  const PodShape late = LateFor(uid, pods_->AddressOf("redis-0"));
  const auto applied = client().ApplyShape(late);
  ASSERT_TRUE(applied.ok()) << applied.message();
  EXPECT_TRUE(Has(client().ApplyShape(late).message(), "in force already"));
  EXPECT_GE(trip(), milliseconds(300));
  EXPECT_GT(*client().Shaped("late"), 0);
  const auto back = client().RoundTrip(
      pods_->UidOf("redis-0"), {pods_->AddressOf("redis-1"), 6379}, 3, seconds(5));
  EXPECT_GE(*back, milliseconds(300)) << "their answers are late too";
  for (int twice = 0; twice < 2; ++twice) {
    const auto lifted = client().LiftShape("late", {uid, "gone"});
    ASSERT_TRUE(lifted.ok()) << lifted.message();
  }
  EXPECT_LT(trip(), milliseconds(300));
  EXPECT_EQ(client().UndoAll(std::nullopt, true)->tables, 0) << "nothing is left";
}

TEST_F(AgentTest, PacketsShareANarrowWayAtItsEnd) {
  const string uid = pods_->UidOf("redis-1");
  const Endpoint there = {pods_->AddressOf("redis-0"), 6379};
  const auto speed = [&] {
    const auto seen = client().Speed(uid, there, 100'000, seconds(10), "");
    EXPECT_TRUE(seen.ok()) << seen.message();
    return seen.ok() ? *seen : 0;
  };
  constexpr double kLimit = 1e6;
  EXPECT_GT(speed(), kLimit);
  for (const bool inward : {false, true}) {
    const PodShape narrow = {
        .pod_uids = {uid},
        .rule = {"narrow", {there.host}, inward, /*narrow=*/true},
        .pace = {.bits_per_second = static_cast<std::int64_t>(kLimit)}};
    ASSERT_TRUE(client().ApplyShape(narrow).ok());
    EXPECT_LE(speed(), kLimit) << (inward ? "inward" : "outward");
    EXPECT_GT(*client().Shaped("narrow"), 0);
    // Both kinds at once.
    ASSERT_TRUE(client().ApplyShape(LateFor(uid, there.host)).ok());
    const auto trip = client().RoundTrip(uid, there, 1, seconds(5));
    EXPECT_GE(*trip, milliseconds(300));
    EXPECT_LE(speed(), kLimit);
    EXPECT_GT(*client().Shaped("late"), 0);
    ASSERT_TRUE(client().LiftShape("late", {uid}).ok());
    ASSERT_TRUE(client().LiftShape("narrow", {uid}).ok());
    EXPECT_GT(speed(), kLimit);
  }
  EXPECT_EQ(client().UndoAll(std::nullopt, true)->tables, 0) << "nothing is left";
}

TEST_F(AgentTest, ADelayIsInAllPodsOrInNone) {
  const string uid = pods_->UidOf("redis-1");
  PodShape late = LateFor(uid, pods_->AddressOf("redis-0"));
  late.pod_uids.emplace_back("gone");
  EXPECT_TRUE(Has(client().ApplyShape(late).message(), "pod gone: has no process"));
  EXPECT_FALSE(client().Shaped("late").ok());
  EXPECT_EQ(client().UndoAll(std::nullopt, true)->tables, 0) << "nothing is left";
}

TEST_F(AgentTest, WithoutItsAgentNothingIsLateAndAnotherRemovesTheRules) {
  const string uid = pods_->UidOf("redis-1");
  const Endpoint to = {pods_->AddressOf("redis-0"), 6379};
  ASSERT_TRUE(client().ApplyShape(LateFor(uid, to.host)).ok());
  Renew();
  EXPECT_LT(*client().RoundTrip(uid, to, 3, seconds(5)), milliseconds(300));
  EXPECT_EQ(client().UndoAll(std::vector<string>{uid}, false)->tables, 1);
  EXPECT_EQ(client().UndoAll(std::vector<string>{uid}, false)->tables, 0);
}

TEST_F(AgentTest, AnAgentUndoesItsOwnDelays) {
  const string uid = pods_->UidOf("redis-1");
  ASSERT_TRUE(client().ApplyShape(LateFor(uid, pods_->AddressOf("redis-0"))).ok());
  const Status undone = agent_->UndoOwn();
  ASSERT_TRUE(undone.ok()) << undone.message();
  EXPECT_FALSE(client().Shaped("late").ok());
  EXPECT_EQ(client().UndoAll(std::nullopt, true)->tables, 0);
}

TEST_F(AgentTest, AMachineIsCutAndTheKernelEndsIt) {
  const auto ping = [](const char* pod) {
    return pods_->Ask(pod, {"PING"}, milliseconds(100));
  };
  ASSERT_EQ(ping("redis-0"), "PONG");
  const MachineCut cut{.name = "m",
                       .limit = milliseconds(1500),
                       .allow = {pods_->AddressOf("redis-1")},
                       .interfaces = {"host0", "host1"}};
  const auto interfaces = client().CutMachine(cut);
  ASSERT_TRUE(interfaces.ok()) << interfaces.message();
  EXPECT_EQ(interfaces->size(), 2u);
  ASSERT_TRUE(WaitFor([&] { return Has(ping("redis-0"), "error"); }, seconds(1)));
  EXPECT_EQ(ping("redis-1"), "PONG") << "allowed";
  EXPECT_GT(*client().StoppedAtMachine("m"), 0);
  EXPECT_TRUE(WaitFor([&] { return ping("redis-0") == "PONG"; })) << "nobody healed it";
  EXPECT_GT(*client().StoppedAtMachine("m"), 0) << "it can still be asked";
  EXPECT_TRUE(client().HealMachine("m").ok());
  EXPECT_TRUE(client().HealMachine("m").ok()) << "twice is harmless";
  EXPECT_FALSE(client().StoppedAtMachine("m").ok());
}

TEST_F(AgentTest, DeletesVolumesBelowItsRootOnly) {
  namespace fs = std::filesystem;
  fs::create_directories(kVolumes / "run-1" / "redis-0");
  std::ofstream(kVolumes / "run-1" / "redis-0" / "nodes.conf") << "x";
  fs::create_directories("/run/other");
  std::ofstream("/run/other/kept") << "x";
  fs::create_directory_symlink("/run/other", kVolumes / "link");
  fs::create_directory_symlink("/run/other", kVolumes / "run-1" / "link");
  for (const char* path :
       {"/run/volumes", "/run/volumes/", "/run/volumes/../other", "/run/other",
        "volumes", "", "/", "/run/volumes/run-1/..", "/run/volumes/./run-1",
        "/run/volumes-2", "/run/volumes/link", "/run/volumes/link/kept"}) {
    EXPECT_TRUE(Has(client().RemoveVolumes(path).message(), "refused")) << path;
  }
  EXPECT_TRUE(client().RemoveVolumes("/run/volumes/run-1").ok());
  EXPECT_TRUE(client().RemoveVolumes("/run/volumes/run-1").ok()) << "nothing there";
  EXPECT_FALSE(fs::exists(kVolumes / "run-1"));
  EXPECT_TRUE(fs::exists("/run/other/kept"));
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 2) {
    std::cerr << "usage: agent_test SERVER\n";
    return 255;
  }
  slotquake::server_program = argv[1];
  return slotquake::EnterWorld([](slotquake::World&) { return RUN_ALL_TESTS(); });
}
