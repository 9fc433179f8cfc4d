#include "harness/base/stop_signals.h"

#include <atomic>
#include <csignal>

namespace slotquake {
namespace {

std::atomic<int> interrupts{0};
std::atomic<pid_t> child_pid{0};

// Counts, and tells the child if there is one.
void OnSignal(int number) {
  interrupts.fetch_add(1);
  const pid_t child = child_pid.load();
  if (child > 0) kill(child, number);
}

}  // namespace

void CountStopSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    sigaction(number, &action, nullptr);
  }
  signal(SIGPIPE, SIG_IGN);
}

int TimesAskedToStop() { return interrupts.load(); }

void PassStopSignalsTo(pid_t child) {
  child_pid = child;
  if (child > 0 && interrupts.load() > 0) kill(child, SIGTERM);
}

}  // namespace slotquake
