// The outcomes of what a real server rarely says.

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "harness/load/final_read.h"
#include "harness/load/load.h"
#include "harness/redis/slot.h"
#include "harness/testing/fake_redis.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

using Answer = FakeRedis::Answer;

// A script that answers CLUSTER SLOTS and leaves the rest to `answer`.
FakeRedis::Script Owner(std::function<Answer(const std::vector<std::string>&)> answer) {
  return [answer = std::move(answer)](const std::vector<std::string>& command) {
    if (command[0] == "CLUSTER") return Answer{.all_slots = true};
    return answer(command);
  };
}

LoadConfig OneClient(const FakeRedis& server) {
  LoadConfig config;
  config.clients = 1;
  config.timeout = std::chrono::milliseconds(100);
  config.connect_timeout = std::chrono::milliseconds(100);
  config.seeds = {server.endpoint()};
  config.keys = {{"hits", SlotOf("hits")}};
  return config;
}

std::int64_t Attempts(const Load& load) {
  const LoadCounters& counters = load.counters();
  return counters.acked + counters.rejected + counters.unknown;
}

// Runs the load until it has made `attempts`.
History RunLoad(const LoadConfig& config, int attempts) {
  const auto load = MakeLoad(config);
  const Status started = load->Start();
  EXPECT_TRUE(started.ok()) << started.message();
  EXPECT_TRUE(WaitFor([&] { return Attempts(*load) >= attempts; }));
  load->Stop();
  History history = load->TakeHistory();
  // Every attempt is there: ids are given out one by one.
  std::int64_t expected = 0;
  for (const Operation& op : history.operations()) {
    EXPECT_EQ(op.id, ++expected);
    EXPECT_LE(op.invoked, op.completed);
  }
  EXPECT_EQ(static_cast<std::int64_t>(history.operations().size()), Attempts(*load));
  return history;
}

History RunAgainst(const Answer& answer) {
  const FakeRedis server(Owner([answer](const auto&) { return answer; }));
  return RunLoad(OneClient(server), 3);
}

void ExpectAll(const History& history, Outcome outcome, const std::string& error) {
  ASSERT_GE(history.operations().size(), 3u);
  for (const Operation& op : history.operations()) {
    EXPECT_EQ(op.outcome, outcome);
    EXPECT_EQ(op.value, -1);
    EXPECT_NE(history.ErrorOf(op).find(error), std::string::npos)
        << history.ErrorOf(op);
  }
}

TEST(LoadFakeTest, AnEndOfFileAfterSendingIsUnknown) {
  ExpectAll(RunAgainst({.close = true}), Outcome::kUnknown, "");
}

TEST(LoadFakeTest, HalfAReplyAndThenTheEndIsUnknown) {
  ExpectAll(RunAgainst({.bytes = ":12", .close = true}), Outcome::kUnknown,
            "closed by the server");
}

TEST(LoadFakeTest, HalfAReplyAndThenNothingIsUnknown) {
  ExpectAll(RunAgainst({.bytes = ":12"}), Outcome::kUnknown, "no reply in time");
}

TEST(LoadFakeTest, GarbageIsUnknown) {
  ExpectAll(RunAgainst({.bytes = "HTTP/1.1 400 Bad Request\r\n\r\n"}),
            Outcome::kUnknown, "Protocol error");
  ExpectAll(RunAgainst({.bytes = ":12x\r\n"}), Outcome::kUnknown, "");
}

TEST(LoadFakeTest, AReplyOfAnotherTypeIsUnknown) {
  ExpectAll(RunAgainst({.bytes = "+QUEUED\r\n"}), Outcome::kUnknown, "another type");
}

TEST(LoadFakeTest, AnErrorThatMeansNotExecutedIsRejected) {
  ExpectAll(RunAgainst({.bytes = "-CLUSTERDOWN The cluster is down\r\n"}),
            Outcome::kRejected, "CLUSTERDOWN");
}

TEST(LoadFakeTest, AnErrorThatNobodyKnowsIsUnknown) {
  ExpectAll(RunAgainst({.bytes = "-ERR upstream failure\r\n"}), Outcome::kUnknown,
            "upstream failure");
}

TEST(LoadFakeTest, AReplyThatCameWithTheEndCounts) {
  const History history = RunAgainst({.bytes = ":7\r\n", .close = true});
  for (const Operation& op : history.operations()) {
    EXPECT_EQ(op.outcome, Outcome::kAcked);
    EXPECT_EQ(op.value, 7);
  }
}

// Answers every write with the next number, and WAIT with `wait`.
History RunWithWait(const Answer& wait, OperationKind kind = OperationKind::kIncr) {
  std::atomic<int> written{0};
  const FakeRedis server(Owner([&](const std::vector<std::string>& command) {
    if (command[0] != "WAIT") {
      return Answer{.bytes = ":" + std::to_string(++written) + "\r\n"};
    }
    const std::vector<std::string> expected = {"WAIT", "2", "40"};
    EXPECT_EQ(command, expected);
    return wait;
  }));
  LoadConfig config = OneClient(server);
  config.kind = kind;
  config.wait_replicas = 2;
  config.wait_timeout = std::chrono::milliseconds(40);
  return RunLoad(config, 3);
}

TEST(LoadFakeTest, AWriteThatEnoughReplicasHaveIsAckedWithItsOwnAnswer) {
  for (const std::string replicas : {"2", "3"}) {
    const History history = RunWithWait({.bytes = ":" + replicas + "\r\n"});
    std::int64_t value = 0;
    for (const Operation& op : history.operations()) {
      EXPECT_EQ(op.outcome, Outcome::kAcked);
      EXPECT_EQ(op.value, ++value);
    }
  }
  const History tokens = RunWithWait({.bytes = ":2\r\n"}, OperationKind::kAppend);
  for (const Operation& op : tokens.operations()) EXPECT_EQ(op.value, op.id);
}

TEST(LoadFakeTest, AWriteThatTooFewReplicasHaveIsUnknown) {
  ExpectAll(RunWithWait({.bytes = ":0\r\n"}), Outcome::kUnknown, "0 of 2 replicas");
  ExpectAll(RunWithWait({.bytes = ":1\r\n"}, OperationKind::kAppend), Outcome::kUnknown,
            "1 of 2 replicas");
}

// An error that means "not executed" is one of WAIT here, not one of the write.
TEST(LoadFakeTest, AWriteWhoseWaitFailsIsUnknown) {
  ExpectAll(RunWithWait({.bytes = "-CLUSTERDOWN The cluster is down\r\n"}),
            Outcome::kUnknown, "CLUSTERDOWN");
  ExpectAll(RunWithWait({.bytes = "+OK\r\n"}), Outcome::kUnknown, "WAIT");
  ExpectAll(RunWithWait({.close = true}), Outcome::kUnknown, "");
  ExpectAll(RunWithWait({}), Outcome::kUnknown, "no reply in time");
}

TEST(LoadFakeTest, AWriteWhoseAnswerCameWithTheEndHasNoWaitAndIsUnknown) {
  const FakeRedis server(Owner([](const std::vector<std::string>&) {
    return Answer{.bytes = ":1\r\n", .close = true};
  }));
  LoadConfig config = OneClient(server);
  config.wait_replicas = 1;
  config.wait_timeout = std::chrono::milliseconds(40);
  ExpectAll(RunLoad(config, 3), Outcome::kUnknown, "");
}

TEST(LoadFakeTest, ARefusedWriteIsNotFollowedByWait) {
  std::atomic<int> waits{0};
  const FakeRedis server(Owner([&](const std::vector<std::string>& command) {
    if (command[0] == "WAIT") ++waits;
    return Answer{.bytes = "-CLUSTERDOWN The cluster is down\r\n"};
  }));
  LoadConfig config = OneClient(server);
  config.wait_replicas = 1;
  config.wait_timeout = std::chrono::milliseconds(40);
  ExpectAll(RunLoad(config, 3), Outcome::kRejected, "CLUSTERDOWN");
  EXPECT_EQ(waits, 0);
}

TEST(LoadFakeTest, MovedIsFollowedByAnOperationWithAParent) {
  const FakeRedis target(Owner([](const auto&) { return Answer{.bytes = ":5\r\n"}; }));
  const std::string moved = "-MOVED 4994 " + ToString(target.endpoint()) + "\r\n";
  const FakeRedis source(Owner([&](const auto&) { return Answer{.bytes = moved}; }));
  const History history = RunLoad(OneClient(source), 2);
  const Operation& first = history.operations()[0];
  const Operation& second = history.operations()[1];
  EXPECT_EQ(first.outcome, Outcome::kRejected);
  EXPECT_EQ(first.parent, -1);
  EXPECT_EQ(history.NodeOf(first), ToString(source.endpoint()));
  EXPECT_EQ(second.outcome, Outcome::kAcked);
  EXPECT_EQ(second.parent, first.id);
  EXPECT_EQ(second.value, 5);
  EXPECT_EQ(history.NodeOf(second), ToString(target.endpoint()));
}

TEST(LoadFakeTest, AskIsFollowedWithAskingAndChangesNoMap) {
  std::atomic<bool> asked{false};
  const FakeRedis target(Owner([&](const std::vector<std::string>& command) {
    if (command[0] == "ASKING") {
      asked = true;
      return Answer{.bytes = "+OK\r\n"};
    }
    return Answer{.bytes = asked.exchange(false) ? ":5\r\n" : "-MOVED 1 ?:1\r\n"};
  }));
  const std::string ask = "-ASK 4994 " + ToString(target.endpoint()) + "\r\n";
  const FakeRedis source(Owner([&](const auto&) { return Answer{.bytes = ask}; }));
  const History history = RunLoad(OneClient(source), 6);
  for (std::size_t i = 0; i + 1 < history.operations().size(); i += 2) {
    const Operation& refused = history.operations()[i];
    const Operation& served = history.operations()[i + 1];
    EXPECT_EQ(refused.outcome, Outcome::kRejected);
    EXPECT_EQ(history.NodeOf(refused), ToString(source.endpoint()));
    EXPECT_EQ(served.outcome, Outcome::kAcked);
    EXPECT_EQ(served.parent, refused.id);
  }
}

// All that the load knows is gone, and nobody is left to say MOVED.
TEST(LoadFakeTest, LearnsTheClusterAnewFromNewSeeds) {
  std::optional<FakeRedis> before(
      std::in_place, Owner([](const auto&) { return Answer{.bytes = ":1\r\n"}; }));
  const auto load = MakeLoad(OneClient(*before));
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked >= 10; }));
  before.reset();
  ASSERT_TRUE(WaitFor([&] { return load->counters().rejected >= 10; }));
  const std::int64_t acked = load->counters().acked;
  const FakeRedis after(Owner([](const auto&) { return Answer{.bytes = ":2\r\n"}; }));
  load->AddSeeds({after.endpoint()});
  EXPECT_TRUE(WaitFor([&] { return load->counters().acked >= acked + 10; }));
  load->Stop();
  const History history = load->TakeHistory();
  EXPECT_EQ(history.NodeOf(history.operations().back()), ToString(after.endpoint()));
}

// Two workers' parts of one load do what one worker would do with all clients.
TEST(LoadFakeTest, APartHasTheKeysAndTheInstantsOfTheWhole) {
  const FakeRedis server(Owner([](const auto&) { return Answer{.bytes = ":1\r\n"}; }));
  LoadConfig whole = OneClient(server);
  whole.clients = 5;
  whole.open_loop = true;
  whole.rate = 100;
  whole.shards = {{{0, 8191}}, {{8192, 16383}}};
  whole.keys = {{"a", 1}, {"b", 2}, {"c", 9000}, {"d", 9001}, {"e", 9002}};
  // By client: the keys in their order, and the instants against the first one.
  using Story = std::map<int, std::vector<std::pair<std::string, Nanos>>>;
  const auto tell = [](const LoadConfig& config, Story& story) {
    const History history = RunLoad(config, 4 * config.clients);
    Nanos begin = Nanos::max();
    for (const Operation& op : history.operations()) {
      begin = std::min(begin, op.intended);
    }
    // The first of a part's clients is so much later than that of the whole.
    begin -= FromMillis(10.0 * config.first_in_load);
    for (const Operation& op : history.operations()) {
      auto& client = story[op.client];
      if (client.size() < 3) client.push_back({history.KeyOf(op), op.intended - begin});
    }
  };
  Story expected;
  tell(whole, expected);
  Story story;
  for (const auto& [first, count] : {std::pair{0, 3}, std::pair{3, 2}}) {
    LoadConfig part = whole;
    part.clients = count;
    part.first_client = part.first_in_load = first;
    part.clients_in_load = 5;
    tell(part, story);
  }
  EXPECT_EQ(story, expected);
  LoadConfig wrong = whole;
  wrong.first_in_load = 1;
  EXPECT_NE(MakeLoad(wrong)->Start().message().find("no clients 1 to 5"),
            std::string::npos);
}

// Every client's operations are at least the pause apart, those of different clients
// are not in step, and a server that was slow is not made up for.
TEST(LoadFakeTest, AClosedLoopKeepsItsCeiling) {
  std::atomic<int> commands{0};
  const FakeRedis server(Owner([&](const auto&) {
    if (commands++ == 8) std::this_thread::sleep_for(std::chrono::milliseconds(80));
    return Answer{.bytes = ":1\r\n"};
  }));
  LoadConfig config = OneClient(server);
  config.clients = 4;
  config.rate = 200;  // 20 ms a client
  config.timeout = std::chrono::seconds(5);
  const Nanos begin = MonotonicNow();
  const History history = RunLoad(config, 40);
  std::map<int, std::vector<Nanos>> starts;
  for (const Operation& op : history.operations()) {
    EXPECT_EQ(op.outcome, Outcome::kAcked);
    EXPECT_EQ(op.intended, op.invoked) << "of a closed loop";
    starts[op.client].push_back(op.invoked);
  }
  ASSERT_EQ(starts.size(), 4u);
  for (const auto& [client, times] : starts) {
    EXPECT_GE(times[0] - begin, std::chrono::milliseconds(5 * client));
    for (std::size_t i = 1; i < times.size(); ++i) {
      EXPECT_GE(times[i] - times[i - 1], std::chrono::milliseconds(20));
    }
  }
}

// Two workers share the ceiling by their clients.
TEST(LoadFakeTest, APartKeepsItsShareOfTheCeiling) {
  LoadConfig part;
  part.clients = 2;
  part.first_in_load = 3;
  part.clients_in_load = 5;
  part.rate = 100;
  EXPECT_EQ(Pause(part), std::chrono::milliseconds(50));
  EXPECT_EQ(FirstStart(part, Nanos(7), 1), std::chrono::milliseconds(40) + Nanos(7));
  part.rate = 0;
  EXPECT_EQ(Pause(part), Nanos(0));
  EXPECT_EQ(FirstStart(part, Nanos(7), 1), Nanos(7));
}

TEST(LoadFakeTest, ARingOfRedirectsEndsAndIsProbedSlowly) {
  std::string moved;
  const FakeRedis server(Owner([&](const auto&) { return Answer{.bytes = moved}; }));
  moved = "-MOVED 4994 " + ToString(server.endpoint()) + "\r\n";
  const History history = RunLoad(OneClient(server), 30);
  int chains = 0;
  for (const Operation& op : history.operations()) chains += op.parent < 0 ? 1 : 0;
  EXPECT_GE(chains, 5);
}

TEST(LoadFakeTest, NothingListeningIsRejectedAboutAHundredTimesASecond) {
  auto server = std::make_unique<FakeRedis>(
      Owner([](const auto&) { return Answer{.bytes = ":1\r\n"}; }));
  const LoadConfig config = OneClient(*server);
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked > 0; }));
  server.reset();
  ASSERT_TRUE(WaitFor([&] { return load->counters().rejected >= 20; }));
  load->Stop();
  const History history = load->TakeHistory();
  Nanos first{0};
  Nanos last{0};
  int refused = 0;
  for (const Operation& op : history.operations()) {
    if (op.outcome != Outcome::kRejected) continue;
    EXPECT_NE(history.ErrorOf(op).find("refused"), std::string::npos);
    if (refused++ == 0) first = op.invoked;
    last = op.invoked;
  }
  EXPECT_GE(last - first, std::chrono::milliseconds(5) * (refused - 1));
}

TEST(LoadFakeTest, ALateReplyDoesNotAnswerTheNextOperation) {
  // Silent on the first connection's command; the reply comes with the second
  // command, if that is so foolish to use the same connection.
  std::atomic<int> commands{0};
  const FakeRedis server(Owner([&](const auto&) {
    return commands++ == 0 ? Answer{} : Answer{.bytes = ":2\r\n"};
  }));
  const History history = RunLoad(OneClient(server), 2);
  EXPECT_EQ(history.operations()[0].outcome, Outcome::kUnknown);
  EXPECT_GE(history.operations()[0].completed - history.operations()[0].invoked,
            std::chrono::milliseconds(100));
  EXPECT_EQ(history.operations()[1].outcome, Outcome::kAcked);
}

// The ids of this process's threads.
std::set<pid_t> Threads() {
  std::set<pid_t> threads;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    threads.insert(std::stoi(entry.path().filename().string()));
  }
  return threads;
}

TEST(LoadFakeTest, AnAnswerThatWaitedForTheLoadItselfIsNotLate) {
  signal(SIGUSR1, [](int) {
    const timespec stall = {.tv_sec = 0, .tv_nsec = 300'000'000};
    nanosleep(&stall, nullptr);
  });
  const FakeRedis server(Owner([](const auto&) { return Answer{.bytes = ":1\r\n"}; }));
  const std::set<pid_t> before = Threads();
  const auto load = MakeLoad(OneClient(server));
  ASSERT_TRUE(load->Start().ok());
  std::set<pid_t> after = Threads();
  for (const pid_t thread : before) after.erase(thread);
  ASSERT_EQ(after.size(), 1u);
  ASSERT_TRUE(WaitFor([&] { return load->counters().acked > 0; }));
  for (int i = 0; i < 3; ++i) {
    const std::int64_t acked = load->counters().acked;
    syscall(SYS_tgkill, getpid(), *after.begin(), SIGUSR1);
    ASSERT_TRUE(WaitFor([&] { return Attempts(*load) > acked + 100; }));
  }
  load->Stop();
  EXPECT_EQ(load->counters().unknown, 0);
}

TEST(LoadFakeTest, WhatIsInFlightAtTheEndIsUnknownAndKept) {
  std::atomic<int> commands{0};
  const FakeRedis server(Owner([&](const auto&) {
    ++commands;
    return Answer{};
  }));
  LoadConfig config = OneClient(server);
  config.clients = 4;
  const auto load = MakeLoad(config);
  ASSERT_TRUE(load->Start().ok());
  ASSERT_TRUE(WaitFor([&] { return commands >= 4; }));
  load->Stop();
  const History history = load->TakeHistory();
  EXPECT_GE(history.operations().size(), 4u);
  for (const Operation& op : history.operations()) {
    EXPECT_EQ(op.outcome, Outcome::kUnknown);
  }
}

TEST(LoadFakeTest, MistakesOfTheConfigurationAreErrors) {
  const FakeRedis server(Owner([](const auto&) { return Answer{}; }));
  LoadConfig config = OneClient(server);
  config.keys.clear();
  EXPECT_FALSE(MakeLoad(config)->Start().ok());
  config = OneClient(server);
  config.clients = 0;
  EXPECT_FALSE(MakeLoad(config)->Start().ok());
  config = OneClient(server);
  config.open_loop = true;
  EXPECT_FALSE(MakeLoad(config)->Start().ok());
  config = OneClient(server);
  config.rate = -1;
  EXPECT_FALSE(MakeLoad(config)->Start().ok());
  config = OneClient(server);
  config.seeds = {{"127.0.0.1", RedisServer::FreePort()}};
  EXPECT_FALSE(MakeLoad(config)->Start().ok());
}

// A node that came back without its nodes.conf answers, but knows of nobody.
TEST(FinalReadTest, ANodeThatKnowsNobodyIsNotTheLastWord) {
  const FakeRedis stranger([](const std::vector<std::string>& command) {
    return command[0] == "CLUSTER" ? Answer{.bytes = "*0\r\n"}
                                   : Answer{.bytes = "-CLUSTERDOWN not served\r\n"};
  });
  const FakeRedis owner(
      Owner([](const auto&) { return Answer{.bytes = "$1\r\n7\r\n"}; }));
  FinalReadConfig config;
  config.seeds = {stranger.endpoint(), owner.endpoint()};
  config.keys = {"hits"};
  const auto reads = ReadFinal(config);
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].error, "");
  EXPECT_EQ(reads[0].node, ToString(owner.endpoint()));
}

}  // namespace
}  // namespace slotquake
