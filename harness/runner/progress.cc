#include "harness/runner/progress.h"

#include <unistd.h>

namespace slotquake {

Progress::Progress(std::FILE* out)
    : out_(out), terminal_(isatty(fileno(out)) == 1), start_(MonotonicNow()) {}

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  Erase();
}

void Progress::Erase() {
  if (!shown_) return;
  std::fputs("\r\033[K", out_);
  std::fflush(out_);
  shown_ = false;
}

void Progress::Say(const std::string& text) {
  const std::lock_guard lock(mutex_);
  Erase();
  std::fprintf(out_, "%6.2f s  %s\n", ToSeconds(MonotonicNow() - start_), text.c_str());
  std::fflush(out_);
}

void Progress::Show(const std::string& text) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  Erase();
  // Cut to a line's width: a longer one could not be erased.
  std::fprintf(out_, "%6.2f s  %.68s", ToSeconds(MonotonicNow() - start_),
               text.c_str());
  std::fflush(out_);
  shown_ = true;
}

}  // namespace slotquake
