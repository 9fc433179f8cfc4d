#ifndef SLOTQUAKE_HARNESS_API_END_SIGNALS_H_
#define SLOTQUAKE_HARNESS_API_END_SIGNALS_H_

#include <signal.h>

#include <ctime>

namespace slotquake {

// While it lives, SIGTERM and SIGINT wait to be asked for. To be made in the main
// thread before any other thread is there, so that all have them blocked.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&ends_);
    sigaddset(&ends_, SIGTERM);
    sigaddset(&ends_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends_, &before_);
  }
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  // Whether one came, within a few milliseconds.
  bool AwaitBriefly() {
    constexpr timespec kBriefly = {0, 20'000'000};
    return sigtimedwait(&ends_, nullptr, &kBriefly) > 0;
  }

 private:
  sigset_t ends_;
  sigset_t before_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_END_SIGNALS_H_
