#ifndef SLOTQUAKE_HARNESS_TESTING_CUTTING_PROXY_H_
#define SLOTQUAKE_HARNESS_TESTING_CUTTING_PROXY_H_

#include <atomic>
#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "harness/redis/endpoint.h"

namespace slotquake {

// A way to a server that breaks when a test wants it to: passes TCP connections on,
// and ends the chosen ones in the middle. Public calls are thread-safe.
class CuttingProxy {
 public:
  // The connection is ended before anything is passed on.
  static constexpr std::size_t kAtOnce = static_cast<std::size_t>(-1);

  // Listens on a free loopback port.
  explicit CuttingProxy(Endpoint target);
  // Ends all connections.
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  Endpoint endpoint() const { return {"127.0.0.1", port_}; }

  // The next connection that has no order yet is cut when so many bytes of the answer
  // have passed (0: as soon as the answer begins, the request having arrived), or
  // kAtOnce. Connections without an order are left alone.
  void CutNext(std::size_t answer_bytes);

  int connections() const { return connections_; }
  int cuts() const { return cuts_; }
  // Bytes of answers that have passed, over all connections.
  std::size_t passed() const { return passed_; }

 private:
  void Run();
  void Serve(int client);

  const Endpoint target_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  std::atomic<int> cuts_ = 0;
  std::atomic<std::size_t> passed_ = 0;
  std::mutex mutex_;
  std::deque<std::size_t> orders_;  // guarded by mutex_
  std::list<std::thread> serving_;  // of the thread that accepts
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_CUTTING_PROXY_H_
