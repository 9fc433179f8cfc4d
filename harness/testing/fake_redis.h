#ifndef SLOTQUAKE_HARNESS_TESTING_FAKE_REDIS_H_
#define SLOTQUAKE_HARNESS_TESTING_FAKE_REDIS_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "harness/redis/endpoint.h"

namespace slotquake {

// A server that says whatever a test wants: right, wrong, half, or nothing.
class FakeRedis {
 public:
  struct Answer {
    std::string bytes{};  // as they go on the wire
    bool close = false;   // hang up after them
    // Instead of bytes: the answer to CLUSTER SLOTS, "all of them are mine".
    bool all_slots = false;
  };
  // Called from the server's own thread with each whole command.
  using Script = std::function<Answer(const std::vector<std::string>& command)>;

  // Listens on a free loopback port.
  explicit FakeRedis(Script script);
  ~FakeRedis();
  FakeRedis(const FakeRedis&) = delete;
  FakeRedis& operator=(const FakeRedis&) = delete;

  Endpoint endpoint() const { return {"127.0.0.1", port_}; }

 private:
  void Serve();
  // Answers the whole commands at the front of `input`; false: hang up.
  bool AnswerAll(int fd, std::string& input);

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_FAKE_REDIS_H_
