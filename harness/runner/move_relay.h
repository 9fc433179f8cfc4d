#ifndef SLOTQUAKE_HARNESS_RUNNER_MOVE_RELAY_H_
#define SLOTQUAKE_HARNESS_RUNNER_MOVE_RELAY_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/status.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// Passes on where nodes have moved, on a thread of its own: who notices a move must not
// wait for workers, the way to which may depend on it. Thread-safe.
class MoveRelay {
 public:
  using Tell = std::function<Status(const std::string& node, const Endpoint& now)>;

  // `tell` is called for one move after another, in their order.
  explicit MoveRelay(Tell tell);
  // Drops what is not told yet.
  ~MoveRelay();
  MoveRelay(const MoveRelay&) = delete;
  MoveRelay& operator=(const MoveRelay&) = delete;

  // Does not wait.
  void Moved(const std::string& node, const Endpoint& now);
  // Waits until all so far is told; what went wrong with it since the last call.
  std::vector<std::string> Finish();

 private:
  struct Move {
    std::string node;
    Endpoint now;
  };

  void Run();

  const Tell tell_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Move> moves_;  // all guarded by mutex_
  std::vector<std::string> errors_;
  bool busy_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_MOVE_RELAY_H_
