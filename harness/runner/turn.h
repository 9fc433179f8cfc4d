#ifndef SLOTQUAKE_HARNESS_RUNNER_TURN_H_
#define SLOTQUAKE_HARNESS_RUNNER_TURN_H_

#include <filesystem>

#include "harness/base/status.h"
#include "harness/runner/stop.h"

namespace slotquake {

// The turn of one of several runs that share a machine: all those that name the same
// file have it one at a time. What a run measures, and what would disturb another that
// measures, it does in its turn; it waits for other things without. The file is locked
// (flock), so the kernel takes the turn back from a process that dies. A forked child
// has the same turn as its parent. Not thread-safe.
class Turn {
 public:
  // Who is to be first of those that wait: who is nearly done, for its end lets the
  // next one begin.
  enum class Urgency { kNext, kFirst };

  // Makes the file if it is not there.
  static Result<Turn> Of(const std::filesystem::path& file);
  ~Turn();
  Turn(Turn&& other) noexcept;
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Turn& operator=(Turn&&) = delete;

  // Waits until it has the turn; at once if it has it already. False: a stop was
  // requested first.
  bool Take(Urgency urgency, const StopRequested& stop);
  void Give();

 private:
  explicit Turn(int file) : file_(file) {}

  int file_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_TURN_H_
