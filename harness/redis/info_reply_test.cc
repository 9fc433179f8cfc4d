#include "harness/redis/info_reply.h"

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/base/rng.h"

namespace slotquake {
namespace {

std::string ReadTestData(const std::string& name) {
  std::ifstream in("harness/redis/testdata/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(InfoReplyTest, ReadsFields) {
  const InfoFields fields = ParseInfo(
      "# Server\r\nrun_id:abc\r\n\r\nurl:a:b\r\nempty:\r\nno colon\r\nlast:1");
  EXPECT_EQ(
      fields,
      (InfoFields{{"run_id", "abc"}, {"url", "a:b"}, {"empty", ""}, {"last", "1"}}));
}

TEST(InfoReplyTest, ReadsAMaster) {
  const auto info = ParseReplicationInfo(ReadTestData("redis-7.0-master.info"));
  ASSERT_TRUE(info.ok()) << info.message();
  EXPECT_EQ(info->role, "master");
  EXPECT_EQ(info->run_id, "caf242f83d926b4f93e7c3ea18ffbdc3e2d12f6b");
  EXPECT_EQ(info->replid, "c53ad7ec7a7f1093be21a020534ed950cdc49535");
  EXPECT_EQ(info->offset, 79);
  EXPECT_FALSE(info->link_up);
  EXPECT_EQ(info->connected_replicas, 1);
  EXPECT_EQ(info->keys, 2);
}

TEST(InfoReplyTest, ReadsAReplica) {
  const auto info = ParseReplicationInfo(ReadTestData("redis-7.0-replica.info"));
  ASSERT_TRUE(info.ok()) << info.message();
  EXPECT_EQ(info->role, "replica");
  EXPECT_EQ(info->offset, 51);
  EXPECT_TRUE(info->link_up);
  EXPECT_FALSE(info->syncing);
  EXPECT_EQ(info->connected_replicas, 0);
  EXPECT_EQ(info->keys, 1);
}

TEST(InfoReplyTest, AReplicaThatSyncsIsNotUp) {
  const auto info = ParseReplicationInfo(
      "run_id:x\r\nrole:slave\r\nmaster_link_status:down\r\nmaster_sync_in_progress:"
      "1\r\n"
      "slave_repl_offset:0\r\nconnected_slaves:0\r\nmaster_replid:y\r\n");
  ASSERT_TRUE(info.ok()) << info.message();
  EXPECT_FALSE(info->link_up);
  EXPECT_TRUE(info->syncing);
  EXPECT_EQ(info->keys, 0);
}

TEST(InfoReplyTest, ErrorsNameTheField) {
  EXPECT_EQ(ParseClusterInfo("cluster_state:ok\r\n").message(),
            "CLUSTER INFO: no field cluster_slots_ok");
  EXPECT_EQ(ParseReplicationInfo("role:master\r\n").message(), "INFO: no field run_id");
  EXPECT_EQ(ParseReplicationInfo("role:master\r\nrun_id:x\r\nmaster_replid:y\r\n"
                                 "connected_slaves:1x\r\nmaster_repl_offset:1\r\n")
                .message(),
            "INFO: not a number: connected_slaves");
  EXPECT_FALSE(ParseReplicationInfo("role:master\r\nrun_id:x\r\nmaster_replid:y\r\n"
                                    "connected_slaves:1\r\nmaster_repl_offset:1\r\n"
                                    "db0:keys=")
                   .ok());
}

TEST(InfoReplyTest, SurvivesMutations) {
  const std::string good = ReadTestData("redis-7.0-replica.info");
  ASSERT_FALSE(good.empty());
  Rng rng(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string text = good;
    for (int edit = 0; edit < 5; ++edit) {
      text[rng.Below(text.size())] = static_cast<char>(rng.Below(256));
    }
    if (rng.Chance(0.5)) text.resize(rng.Below(text.size()));
    const auto info = ParseReplicationInfo(text);
    EXPECT_EQ(info.ok(), info.message().empty());
    EXPECT_FALSE(ParseClusterInfo(text).ok());
  }
}

}  // namespace
}  // namespace slotquake
