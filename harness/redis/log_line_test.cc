#include "harness/redis/log_line.h"

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/base/rng.h"

namespace slotquake {
namespace {

using nlohmann::json;

const std::string kId = "c386bbc4cd613e30d8f16adf91b7584a2265b1f5";
const std::string kOther = "442e3d437204e52db2221a58008a05a6c4647159";

std::string ReadTestData(const std::string& name) {
  std::ifstream in("harness/redis/testdata/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

// The events of a log, in its order.
std::vector<std::string> Events(const std::string& log) {
  std::vector<std::string> events;
  for (const Observation& o : LogObservations("redis-3", log, Nanos(0))) {
    events.push_back(o.data["event"].get<std::string>());
  }
  return events;
}

LogLine MustParse(const std::string& message) {
  auto line = ParseLogLine("21:M 22 Nov 2026 13:57:56.385 * " + message);
  EXPECT_TRUE(line.has_value()) << message;
  return line.value_or(LogLine());
}

TEST(LogLineTest, ReadsTheBeginning) {
  const auto line = ParseLogLine("4711:S 22 Nov 2026 14:02:00.123 # Something new");
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->pid, 4711);
  EXPECT_EQ(line->role, 'S');
  EXPECT_EQ(FormatUtc(line->wall), "2026-11-22T14:02:00.123Z");
  EXPECT_EQ(line->level, '#');
  EXPECT_EQ(line->text, "Something new");
  EXPECT_EQ(line->event, "");
}

TEST(LogLineTest, IsNotALine) {
  for (const char* line :
       {"", "21", "21:M", "21:Z 22 Nov 2026 13:57:56.385 * x", "    _._  ",
        "21:M 22 Nom 2026 13:57:56.385 * x", "21:M 22 Nov 2026 25:57:56.385 * x",
        "21:M 22 Nov 2026 13:57:56.385 ? x", "21:M 22 Nov 2026 13:57:56 * x",
        "21:M 40 Nov 2026 13:57:56.385 * x", "21:M 22 Nov 2026 13:57:56.38",
        "31:signal-handler (1795356722) Received SIGTERM scheduling shutdown..."}) {
    EXPECT_FALSE(ParseLogLine(line).has_value()) << line;
  }
}

struct Wording {
  std::string message;
  std::string event;
  json fields;
};

// One of each version where the words differ.
std::vector<Wording> Wordings() {
  return {
      {"*** NODE " + kId + " possibly failing", "pfail", {{"about", kId}}},
      {"*** NODE " + kId + " (redis-0) possibly failing", "pfail", {{"about", kId}}},
      {"NODE " + kId + " () possibly failing.", "pfail", {{"about", kId}}},
      {"Marking node " + kId + " as failing (quorum reached).",
       "fail_quorum",
       {{"about", kId}}},
      {"Marking node " + kId + " () as failing (quorum reached).",
       "fail_quorum",
       {{"about", kId}}},
      {"FAIL message received from " + kOther + " about " + kId,
       "fail_message",
       {{"from", kOther}, {"about", kId}}},
      {"FAIL message received from " + kOther + " (a) about " + kId + " (b)",
       "fail_message",
       {{"from", kOther}, {"about", kId}}},
      {"Clear FAIL state for node " + kId + ": replica is reachable again.",
       "fail_cleared",
       {{"about", kId}}},
      {"Clear FAIL state for node " + kId + " ():replica is reachable again.",
       "fail_cleared",
       {{"about", kId}}},
      {"Start of election delayed for 690 milliseconds (rank #1, offset 2512).",
       "election_scheduled",
       {{"delay_ms", 690}, {"rank", 1}, {"offset", 2512}}},
      {"Start of election delayed for 0 milliseconds (rank #0, primary rank #2, offset "
       "2224).",
       "election_scheduled",
       {{"delay_ms", 0}, {"rank", 0}, {"primary_rank", 2}, {"offset", 2224}}},
      {"Replica rank updated to #0, added -1000 milliseconds of delay.",
       "rank_updated",
       {{"rank", 0}, {"added_ms", -1000}}},
      {"Starting a failover election for epoch 4.", "election_started", {{"epoch", 4}}},
      {"Starting a failover election for epoch 4, node config epoch is 1",
       "election_started",
       {{"epoch", 4}}},
      {"Failover auth granted to " + kId + " for epoch 4",
       "vote_granted",
       {{"to", kId}, {"epoch", 4}}},
      {"Failover auth granted to " + kId + " () for epoch 12",
       "vote_granted",
       {{"to", kId}, {"epoch", 12}}},
      {"Failover auth denied to " + kId + ": its master is up",
       "vote_denied",
       {{"to", kId}, {"reason", "its master is up"}}},
      {"Failover auth denied to " + kId + " (n): already voted for epoch 4",
       "vote_denied",
       {{"to", kId}, {"reason", "already voted for epoch 4"}}},
      {"Failover election won: I'm the new master.", "election_won", json::object()},
      {"Failover election won: I'm the new primary.", "election_won", json::object()},
      {"configEpoch set to 4 after successful failover", "epoch_set", {{"epoch", 4}}},
      {"Cluster state changed: ok", "state_ok", json::object()},
      {"Cluster state changed: fail", "state_fail", json::object()},
      {"Connection with master lost.", "link_lost", json::object()},
      {"Connection with primary lost.", "link_lost", json::object()},
      {"Configuration change detected. Reconfiguring myself as a replica of " + kId,
       "reconfigured_as_replica",
       {{"master", kId}}},
      {"Configuration change detected. Reconfiguring myself as a replica of " + kId +
           " (x)",
       "reconfigured_as_replica",
       {{"master", kId}}},
      {"Configuration change detected. Reconfiguring myself as a replica of node " +
           kId + " () in shard " + kOther,
       "reconfigured_as_replica",
       {{"master", kId}}},
      {"MASTER <-> REPLICA sync started", "sync_started", json::object()},
      {"PRIMARY <-> REPLICA sync started", "sync_started", json::object()},
      {"Full resync from master: " + kId + ":79",
       "full_resync",
       {{"replid", kId}, {"offset", 79}}},
      {"Full resync from primary: " + kId + ":0",
       "full_resync",
       {{"replid", kId}, {"offset", 0}}},
      {"Successful partial resynchronization with master.", "partial_resync",
       json::object()},
      {"MASTER <-> REPLICA sync: Flushing old data", "flush_old_data", json::object()},
      {"PRIMARY <-> REPLICA sync: Finished with success", "sync_finished",
       json::object()},
      {"Currently unable to failover: Disconnected from master for longer than "
       "allowed.",
       "cannot_failover",
       {{"reason", "Disconnected from master for longer than allowed."}}},
      {"Currently unable to failover: Failover attempt expired.", "election_expired",
       json::object()},
      {"Redis version=7.0.15, bits=64, commit=00000000, modified=0, pid=1, just "
       "started",
       "server_started",
       {{"version", "7.0.15"}}},
      {"Valkey version=8.1.1, bits=64, commit=00000000, modified=0, pid=1, just "
       "started",
       "server_started",
       {{"version", "8.1.1"}}},
      {"DB loaded from disk: 0.055 seconds", "data_loaded", json::object()},
      {"DB loaded from append only file: 0.000 seconds", "data_loaded", json::object()},
      {"User requested shutdown...", "shutdown", json::object()},
      {"Address updated for node " + kId + ", now 10.77.5.1:6379",
       "address_updated",
       {{"about", kId}, {"address", "10.77.5.1:6379"}}},
      {"Address updated for node " + kId + " (n), now 10.77.5.1:6379",
       "address_updated",
       {{"about", kId}, {"address", "10.77.5.1:6379"}}},
      // Not events, though they sound like some.
      {"configEpoch set to 5 via CLUSTER SET-CONFIG-EPOCH", "", json::object()},
      {"Connection with replica 127.0.0.1:7301 lost.", "", json::object()},
      {"Client said: Failover election won", "", json::object()},
      {"NODE c386bbc4 possibly failing", "", json::object()},
      {"Starting a failover election for epoch x", "", json::object()},
  };
}

TEST(LogLineTest, KnowsTheWordsOfEveryVersion) {
  for (const Wording& wording : Wordings()) {
    const LogLine line = MustParse(wording.message);
    EXPECT_EQ(line.event, wording.event) << wording.message;
    EXPECT_EQ(line.fields, wording.fields) << wording.message;
    EXPECT_EQ(line.text, wording.message);
  }
}

using Story = std::vector<std::string>;

TEST(LogObservationsTest, ThePromotedReplicaOfRedis7) {
  EXPECT_EQ(Events(ReadTestData("redis-7.0.log")),
            (Story{"server_started", "sync_started", "state_ok", "full_resync",
                   "flush_old_data", "sync_finished", "link_lost", "sync_started",
                   "sync_started", "fail_message", "state_fail", "sync_started",
                   "election_scheduled", "election_started", "election_won",
                   "epoch_set", "state_ok", "fail_cleared", "shutdown"}));
}

TEST(LogObservationsTest, TheVoter) {
  EXPECT_EQ(Events(ReadTestData("redis-7.0-voter.log")),
            (Story{"server_started", "state_ok", "pfail", "fail_quorum", "state_fail",
                   "vote_granted", "state_ok", "fail_cleared", "shutdown"}));
}

TEST(LogObservationsTest, TwoStartsInOneLog) {
  EXPECT_EQ(Events(ReadTestData("redis-7.0-old-master.log")),
            (Story{"server_started", "state_ok", "server_started", "data_loaded",
                   "reconfigured_as_replica", "sync_started", "state_ok", "full_resync",
                   "flush_old_data", "sync_finished", "shutdown"}));
}

TEST(LogObservationsTest, AMastersLifeWithNewerVersions) {
  // Redis 8 says of a full synchronization only how it goes about it.
  const Story life = {"server_started",
                      "state_ok",
                      "server_started",
                      "data_loaded",
                      "reconfigured_as_replica",
                      "sync_started",
                      "state_ok",
                      "full_resync",
                      "flush_old_data",
                      "sync_finished",
                      "election_scheduled",
                      "election_started",
                      "cannot_failover",
                      "election_won",
                      "epoch_set",
                      "link_lost",
                      "shutdown",
                      "server_started",
                      "data_loaded",
                      "reconfigured_as_replica",
                      "sync_started",
                      "state_ok",
                      "full_resync",
                      "flush_old_data",
                      "sync_finished"};
  EXPECT_EQ(Events(ReadTestData("redis-8.0-old-master.log")), life);
  EXPECT_EQ(Events(ReadTestData("valkey-8.1-old-master.log")), life);
}

TEST(LogObservationsTest, TheOtherVersions) {
  EXPECT_EQ(Events(ReadTestData("redis-8.0.log")),
            (Story{"server_started", "link_lost", "fail_message", "state_fail",
                   "election_scheduled", "election_started", "election_won",
                   "epoch_set", "state_ok"}));
  EXPECT_EQ(Events(ReadTestData("valkey-8.0.log")),
            (Story{"server_started", "link_lost", "pfail", "fail_message", "state_fail",
                   "election_scheduled", "cannot_failover", "election_started",
                   "cannot_failover", "election_won", "epoch_set", "state_ok"}));
  EXPECT_EQ(Events(ReadTestData("valkey-8.1.log")),
            (Story{"server_started", "link_lost", "pfail", "fail_quorum", "state_fail",
                   "election_scheduled", "election_started", "election_won",
                   "epoch_set", "state_ok"}));
}

TEST(LogObservationsTest, TimesAreOnTheRecordsAxis) {
  const std::string log =
      "21:M 22 Nov 2026 13:57:56.385 * NODE " + kId + " () possibly failing.\n";
  const Nanos stamp = ParseLogLine(log.substr(0, log.size() - 1))->wall;
  const auto observations = LogObservations("redis-1", log, stamp - FromMillis(1500));
  ASSERT_EQ(observations.size(), 1U);
  const Observation& o = observations[0];
  // 13:57:56.385 stands for [.385, .386).
  EXPECT_EQ(o.not_before, FromMillis(1500));
  EXPECT_EQ(o.at, FromMillis(1501));
  EXPECT_EQ(o.source, "log");
  EXPECT_EQ(o.node, "redis-1");
  EXPECT_EQ(o.kind, "log");
  EXPECT_EQ(o.data["event"], "pfail");
  EXPECT_EQ(o.data["about"], kId);
  EXPECT_EQ(o.data["pid"], 21);
  EXPECT_EQ(o.data["role"], "M");
  EXPECT_EQ(o.data["text"], "NODE " + kId + " () possibly failing.");
}

TEST(LogObservationsTest, ALastLineThatIsCutIsLeftOut) {
  const std::string whole =
      "21:S 22 Nov 2026 13:57:56.385 * Starting a failover election for epoch 12.";
  EXPECT_EQ(Events(whole + "\n").size(), 1U);
  EXPECT_TRUE(Events(whole.substr(0, whole.size() - 2)).empty());
}

TEST(LogObservationsTest, SurvivesMutations) {
  const std::string good = ReadTestData("redis-7.0.log");
  Rng rng(42);
  for (int i = 0; i < 1'000; ++i) {
    std::string text = good;
    for (int edit = 0; edit < 40; ++edit) {
      text[rng.Below(text.size())] = static_cast<char>(rng.Below(256));
    }
    text.resize(rng.Below(text.size()) + 1);
    for (const Observation& o : LogObservations("n", text, Nanos(0))) {
      ASSERT_LT(o.not_before, o.at);
      ASSERT_FALSE(o.data["event"].get<std::string>().empty());
    }
  }
}

}  // namespace
}  // namespace slotquake
