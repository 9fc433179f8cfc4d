#ifndef SLOTQUAKE_HARNESS_TESTING_REDIS_FIXTURE_H_
#define SLOTQUAKE_HARNESS_TESTING_REDIS_FIXTURE_H_

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// The server program that the test's BUILD entry names:
//   args = ["--redis-server=$(rootpath @redis//:redis-server)"],
//   data = ["@redis//:redis-server"],
// Fails the process without one.
std::string RedisServerProgram();

// Waits until `holds` is true, asking each millisecond. False: it never was.
bool WaitFor(const std::function<bool()>& holds,
             Nanos limit = std::chrono::seconds(15));

// A real server in cluster mode on a free loopback port, in a folder of its own,
// without persistence. The kernel kills it when the thread that started it ends.
// Not thread-safe.
class RedisServer {
 public:
  // A port that was free a moment ago.
  static int FreePort();

  // `nodes_conf` is the cluster that it begins with; "": none. Waits until it
  // answers.
  static Result<std::unique_ptr<RedisServer>> Start(
      int port = FreePort(), int bus_port = FreePort(),
      const std::string& nodes_conf = "", const std::vector<std::string>& args = {});

  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  Endpoint endpoint() const { return {"127.0.0.1", port_}; }
  pid_t pid() const { return pid_; }
  // Its whole log so far, in UTC.
  std::string Log() const;

  void Pause();   // SIGSTOP
  void Resume();  // SIGCONT
  void Kill();    // SIGKILL, and waits for its end
  // Starts it again after Kill(), with its nodes.conf. Waits until it answers.
  Status Restart();

 private:
  RedisServer() = default;
  Status Spawn();

  int port_ = 0;
  pid_t pid_ = -1;
  std::filesystem::path folder_;
  std::vector<std::string> command_;
};

// A cluster of masters with replicas, all of them ok and every replica's link up
// when Start returns (about two seconds). Not thread-safe.
struct RedisCluster {
  // Node i is a master for i < masters, else replica of master i % masters.
  std::vector<std::unique_ptr<RedisServer>> nodes;
  std::vector<std::string> ids;

  static Result<RedisCluster> Start(int masters, int replicas_per_master,
                                    Nanos node_timeout = std::chrono::seconds(15));
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_REDIS_FIXTURE_H_
