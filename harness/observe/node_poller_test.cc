#include "harness/observe/node_poller.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "gtest/gtest.h"
#include "harness/observe/observer.h"
#include "harness/testing/redis_fixture.h"
#include "harness/testing/scripted_server.h"

namespace slotquake {
namespace {

using observation_kind::kClusterInfo;
using observation_kind::kGap;
using observation_kind::kReachable;
using observation_kind::kReplication;
using observation_kind::kUnreachable;
using observation_kind::kView;

const char kClusterInfoText[] =
    "cluster_state:ok\r\ncluster_slots_ok:16384\r\ncluster_slots_pfail:0\r\n"
    "cluster_slots_fail:0\r\ncluster_known_nodes:1\r\ncluster_size:1\r\n"
    "cluster_current_epoch:3\r\ncluster_my_epoch:3\r\n";
const char kInfoText[] =
    "run_id:abc\r\nrole:master\r\nconnected_slaves:0\r\nmaster_replid:def\r\n"
    "master_repl_offset:5\r\ndb0:keys=7,expires=0,avg_ttl=0\r\n";

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What a healthy server answers.
std::string HealthyAnswer(const std::string& request) {
  if (Has(request, "NODES")) {
    return BulkReply(std::string(40, 'a') +
                     " 10.0.0.1:6379@16379 myself,master - 0 0 3 connected 0-16383\n");
  }
  return BulkReply(Has(request, "CLUSTER") ? kClusterInfoText : kInfoText);
}

std::vector<Observation> OfKind(const ObservationLog& log, std::string_view kind) {
  std::vector<Observation> found;
  for (Observation& o : log.CopyAll()) {
    if (o.kind == kind) found.push_back(std::move(o));
  }
  return found;
}

bool WaitForKind(const ObservationLog& log, std::string_view kind, std::size_t n = 1) {
  return WaitFor([&] { return OfKind(log, kind).size() >= n; });
}

ObserverOptions Watch(const Endpoint& endpoint) { return {{{"redis-0", endpoint}}}; }

TEST(NodePollerTest, SaysWhatDoesNotChangeOnce) {
  ScriptedServer server(HealthyAnswer);
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kReplication, 3));
  observer.Stop();
  EXPECT_EQ(OfKind(log, kView).size(), 1U);
  const auto infos = OfKind(log, kClusterInfo);
  ASSERT_EQ(infos.size(), 2U) << "the first, and the last when stopped";
  EXPECT_EQ(infos[0].data, infos[1].data);
  EXPECT_GT(infos[1].at, infos[0].at);
  EXPECT_EQ(infos[0].data["slots_ok"], 16384);
  EXPECT_EQ(infos[0].node, "redis-0");
  EXPECT_EQ(infos[0].source, "poll");
  const auto replication = OfKind(log, kReplication);
  EXPECT_EQ(replication[0].data["keys"], 7);
  // Each sample reaches back to where the one before was asked for.
  EXPECT_LE(replication[1].not_before, replication[0].at);
  observer.Stop();
  EXPECT_EQ(OfKind(log, kClusterInfo).size(), 2U) << "stopped once";
}

TEST(NodePollerTest, BoundsAChange) {
  std::atomic<bool> failed = false;
  std::atomic<std::int64_t> changed_at = 0;
  ScriptedServer server([&](const std::string& request) {
    std::string answer = HealthyAnswer(request);
    if (failed && Has(request, "CLUSTER") && !Has(request, "NODES")) {
      answer.replace(answer.find("state:ok"), 8, "state:no");
    }
    return answer;
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kReplication, 2));
  changed_at = MonotonicNow().count();
  failed = true;
  ASSERT_TRUE(WaitForKind(log, kClusterInfo, 2));
  const Observation change = OfKind(log, kClusterInfo)[1];
  EXPECT_EQ(change.data["state"], "no");
  EXPECT_LE(change.not_before.count(), changed_at);
  EXPECT_GE(change.at.count(), changed_at);
}

TEST(NodePollerTest, LooksAtTheViewAgainWhileItMayChange) {
  std::atomic<int> views = 0;
  std::atomic<int> infos = 0;
  std::atomic<bool> election = false;
  ScriptedServer server([&](const std::string& request) {
    std::string answer = HealthyAnswer(request);
    if (Has(request, "NODES")) {
      ++views;
    } else if (Has(request, "CLUSTER")) {
      ++infos;
      if (election) answer.replace(answer.find("epoch:3"), 7, "epoch:4");
    }
    return answer;
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  // Settled: about one view to ten.
  ASSERT_TRUE(WaitFor([&] { return infos > 130; }));
  int before = views;
  const int from = infos;
  ASSERT_TRUE(WaitFor([&] { return infos > from + 30; }));
  EXPECT_LT(views - before, 10);
  election = true;
  ASSERT_TRUE(WaitForKind(log, kClusterInfo, 2));
  before = views;
  const int then = infos;
  ASSERT_TRUE(WaitFor([&] { return infos > then + 30; }));
  EXPECT_GT(views - before, 20);
}

// Even if somebody still answers at the old address: that is not the node.
TEST(NodePollerTest, FollowsANodeThatHasMoved) {
  std::atomic<int> asked_before = 0;
  std::atomic<int> asked_now = 0;
  ScriptedServer before([&](const std::string& request) {
    ++asked_before;
    return HealthyAnswer(request);
  });
  ScriptedServer now([&](const std::string& request) {
    ++asked_now;
    return HealthyAnswer(request);
  });
  ObservationLog log;
  Observer observer(Watch(before.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kReplication, 1));
  EXPECT_NE(observer.Move({"redis-1", now.endpoint()}).message(), "");
  ASSERT_TRUE(observer.Move({"redis-0", now.endpoint()}).ok());
  ASSERT_TRUE(WaitForKind(log, observation_kind::kView, 2));
  const int asked = asked_before;
  const int seen = asked_now;
  ASSERT_TRUE(WaitFor([&] { return asked_now > seen + 10; }));
  EXPECT_EQ(asked_before, asked);
  ASSERT_TRUE(observer.Move({"redis-0", now.endpoint()}).ok()) << "nothing new";
  observer.Stop();
  const auto moves = OfKind(log, observation_kind::kAddress);
  ASSERT_EQ(moves.size(), 1U);
  EXPECT_EQ(moves[0].node, "redis-0");
  EXPECT_EQ(moves[0].data["port"], now.endpoint().port);
  EXPECT_EQ(OfKind(log, observation_kind::kUnreachable).size(), 1U);
  EXPECT_EQ(OfKind(log, observation_kind::kReachable).size(), 1U);
}

TEST(NodePollerTest, AnErrorIsNotAnAnswer) {
  std::atomic<bool> loading = true;
  ScriptedServer server([&](const std::string& request) {
    return loading ? "-LOADING Redis is loading the dataset in memory\r\n"
                   : HealthyAnswer(request);
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kUnreachable));
  EXPECT_EQ(OfKind(log, kUnreachable)[0].data["error"],
            "LOADING Redis is loading the dataset in memory");
  EXPECT_FALSE(observer.Counters()[0].reachable);
  loading = false;
  ASSERT_TRUE(WaitForKind(log, kReachable));
  EXPECT_TRUE(observer.Counters()[0].reachable);
  EXPECT_EQ(OfKind(log, kUnreachable).size(), 1U);
}

TEST(NodePollerTest, GarbageIsNotAnAnswer) {
  ScriptedServer server([](const std::string&) { return "HTTP/1.1 400\r\n\r\n"; });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kUnreachable));
  observer.Stop();
  EXPECT_TRUE(OfKind(log, kClusterInfo).empty());
}

TEST(NodePollerTest, AnAnswerThatCannotBeReadIsAGap) {
  ScriptedServer server([](const std::string& request) {
    return Has(request, "NODES") ? BulkReply("what?") : HealthyAnswer(request);
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kGap));
  EXPECT_TRUE(Has(OfKind(log, kGap)[0].data["reason"].get<std::string>(),
                  "CLUSTER NODES: cannot read the line"));
  EXPECT_TRUE(OfKind(log, kView).empty());
}

TEST(NodePollerTest, ASlowAnswerIsAGap) {
  std::atomic<int> asked = 0;
  ScriptedServer server([&](const std::string& request) {
    if (++asked == 20) std::this_thread::sleep_for(std::chrono::milliseconds(70));
    return HealthyAnswer(request);
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  // On a busy machine the answer may come after 100 ms: then it is unreachable.
  ASSERT_TRUE(WaitFor([&] {
    return !OfKind(log, kGap).empty() || !OfKind(log, kUnreachable).empty();
  }));
  for (const Observation& gap : OfKind(log, kGap)) {
    EXPECT_GE(gap.at - gap.not_before, std::chrono::milliseconds(50));
  }
}

TEST(NodePollerTest, AsksAnOldServerForAllOfInfo) {
  ScriptedServer server([](const std::string& request) {
    return Has(request, "replication") ? "-ERR syntax error\r\n"
                                       : HealthyAnswer(request);
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kReplication));
  EXPECT_TRUE(OfKind(log, kUnreachable).empty());
}

TEST(NodePollerTest, SaysAllAgainAfterAReconnect) {
  std::atomic<int> asked = 0;
  ScriptedServer server([&](const std::string& request) {
    return ++asked == 30 ? std::string() : HealthyAnswer(request);
  });
  ObservationLog log;
  Observer observer(Watch(server.endpoint()), &log);
  ASSERT_TRUE(WaitForKind(log, kView, 2));
  EXPECT_EQ(OfKind(log, kClusterInfo).size(), 2U);
  const auto away = OfKind(log, kUnreachable);
  const auto back = OfKind(log, kReachable);
  ASSERT_EQ(away.size(), 1U);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(away[0].data["error"], "connection closed by the server");
  EXPECT_LE(away[0].not_before, away[0].at);
  EXPECT_LE(back[0].not_before, back[0].at);
  EXPECT_LE(away[0].at, back[0].at);
}

// A listener whose queue is full drops what comes: packets go nowhere.
class Blackhole {
 public:
  Blackhole() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* generic = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 0), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    for (int& filler : fillers_) {
      filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      connect(filler, generic, size);
    }
  }
  ~Blackhole() {
    for (const int filler : fillers_) close(filler);
    close(listener_);
  }
  Endpoint endpoint() const { return {"127.0.0.1", ntohs(address_.sin_port)}; }

 private:
  int listener_;
  sockaddr_in address_{};
  int fillers_[4];
};

TEST(NodePollerTest, ABlackholeDelaysNobody) {
  const Blackhole blackhole;
  ScriptedServer server(HealthyAnswer);
  ObservationLog log;
  Observer observer({{{"gone", blackhole.endpoint()}, {"here", server.endpoint()}}},
                    &log);
  ASSERT_TRUE(WaitForKind(log, kUnreachable));
  ASSERT_TRUE(WaitFor([&] { return observer.Counters()[1].polls > 50; }));
  const Observation gone = OfKind(log, kUnreachable)[0];
  EXPECT_EQ(gone.node, "gone");
  EXPECT_EQ(gone.data["error"], "cannot connect: no answer");
  EXPECT_EQ(observer.Counters()[0].polls, 0);
  for (const Observation& o : log.CopyAll()) {
    EXPECT_FALSE(o.node == "here" && o.kind == kUnreachable);
  }
}

}  // namespace
}  // namespace slotquake
