#ifndef SLOTQUAKE_HARNESS_RUNNER_PROGRESS_H_
#define SLOTQUAKE_HARNESS_RUNNER_PROGRESS_H_

#include <cstdio>
#include <mutex>
#include <string>

#include "harness/base/clock.h"

namespace slotquake {

// What a person sees while a run goes on: lines that stay, each with the seconds
// since the start, and, on a terminal, one line that is rewritten. Thread-safe.
class Progress {
 public:
  explicit Progress(std::FILE* out);
  ~Progress();

  // A line that stays.
  void Say(const std::string& text);
  // The line that is rewritten; nothing where there is no terminal.
  void Show(const std::string& text);

 private:
  void Erase();

  std::FILE* out_;
  bool terminal_;
  Nanos start_;
  std::mutex mutex_;
  bool shown_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_PROGRESS_H_
