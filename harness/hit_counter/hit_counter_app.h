#ifndef SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_COUNTER_APP_H_
#define SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_COUNTER_APP_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

struct HitCounterOptions {
  std::string address = "0.0.0.0";
  int port = 8080;  // 0: a free one
  std::vector<Endpoint> seeds;
  std::string password;  // of the servers; "": none
  int timeout_ms = 500;  // of one attempt at the cluster
  int connect_timeout_ms = 500;
  int threads = 256;  // at most; each open connection of a client holds one
};

// The web app:
//   GET /            adds one to key "hits"; "I have been hit N times since
//                    deployment."
//   GET /?page=NAME  the same for key "hits:NAME"
//   GET /healthz     whether the app itself lives
//   GET /metrics     Prometheus text
// 200: counted. 503: certainly not counted, with the reason. 504: nobody can know.
// Header X-Redis-Node names the node that served the hit or was asked last.
class HitCounterApp {
 public:
  explicit HitCounterApp(HitCounterOptions options);
  ~HitCounterApp();
  HitCounterApp(const HitCounterApp&) = delete;
  HitCounterApp& operator=(const HitCounterApp&) = delete;

  // Listens and serves, from threads of its own.
  Status Start();
  // Finishes the requests under way, and ends.
  void Stop();
  // Where it listens, after Start().
  int port() const;

 private:
  class Server;
  HitCounterOptions options_;
  std::unique_ptr<Server> server_;
};

// The whole program: serves until SIGTERM or SIGINT, then stops cleanly. Blocks
// these two signals in the calling thread; call it before other threads are made.
Status RunHitCounter(const HitCounterOptions& options);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_COUNTER_APP_H_
