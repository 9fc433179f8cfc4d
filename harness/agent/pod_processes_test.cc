#include "harness/agent/pod_processes.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(PodProcessesTest, WhatIsAServer) {
  EXPECT_TRUE(LooksLikeServer("redis-server", "/usr/bin/redis-check-rdb",
                              {"redis-server *:6379 [cluster]"}));
  EXPECT_TRUE(LooksLikeServer("valkey-server", "/valkey-server", {"x"}));
  EXPECT_TRUE(LooksLikeServer("ld-linux-x86-64", "/lib/ld-linux-x86-64.so.2",
                              {"/lib/ld-linux-x86-64.so.2", "--library-path", "/lib",
                               "/usr/bin/valkey-server", "/conf/redis.conf"}));
  EXPECT_TRUE(LooksLikeServer("ld-linux-x86-64", "/lib/ld-linux-x86-64.so.2",
                              {"/opt/redis-server 0.0.0.0:6379 [cluster]"}));
}

TEST(PodProcessesTest, WhatIsNone) {
  EXPECT_FALSE(LooksLikeServer(
      "update-node.sh", "/usr/bin/bash",
      {"/bin/bash", "/conf/update-node.sh", "redis-server", "/conf/redis.conf"}));
  EXPECT_FALSE(LooksLikeServer("redis-cli", "/usr/bin/redis-cli", {"redis-cli"}));
  EXPECT_FALSE(LooksLikeServer("pause", "/pause", {"/pause"}));
  EXPECT_FALSE(LooksLikeServer("", "", {}));
}

PodProcess Process(pid_t pid, pid_t parent, std::uint64_t start, const char* name) {
  return {{pid, start}, parent, {"uid", ""}, name};
}

TEST(PodProcessesTest, ASandboxKeepsThePodElseTheFirst) {
  const auto shell = Process(7, 1, 30, "sh");
  const auto server = Process(9, 7, 31, "redis-server");
  EXPECT_EQ(KeeperAmong({server, shell}, "uid")->id.pid, 7);
  const auto pause = Process(12, 1, 50, "pause");
  EXPECT_EQ(KeeperAmong({server, shell, pause}, "uid")->id.pid, 12);
  EXPECT_FALSE(KeeperAmong({server}, "another").ok());
}

}  // namespace
}  // namespace slotquake
