#ifndef SLOTQUAKE_HARNESS_PLATFORM_STARVER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_STARVER_H_

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "harness/base/clock.h"

namespace slotquake {

// Lets a process run for a share of the time only: every 20 ms or so it is stopped for
// the rest, as a quota of processor time does to a process that uses it up. Ends with
// its process. Thread-safe.
class Starver {
 public:
  // 0 < share < 1. While it is held from the outset, `held`, it is left alone.
  Starver(pid_t pid, double share, bool held);
  // Lets it run, unless it is held.
  ~Starver();
  Starver(const Starver&) = delete;
  Starver& operator=(const Starver&) = delete;

  // Somebody else stops the process: it stays as it is until Release().
  void Hold();
  void Release();

  // How long it was stopped so far.
  Nanos Starved() const;

 private:
  void Run();
  // Waits; false: it is to end, or the process has.
  bool Wait(std::unique_lock<std::mutex>& lock, Nanos time);
  bool Send(int signal);

  const int pidfd_;
  const double share_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  bool held_;
  Nanos starved_{0};     // by stops that are over
  Nanos stopped_at_{0};  // since when it is stopped; 0: it is not
  std::thread thread_;   // last: it uses the others
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_STARVER_H_
