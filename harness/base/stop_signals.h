#ifndef SLOTQUAKE_HARNESS_BASE_STOP_SIGNALS_H_
#define SLOTQUAKE_HARNESS_BASE_STOP_SIGNALS_H_

#include <sys/types.h>

namespace slotquake {

// From here on SIGINT, SIGTERM and SIGHUP end nothing: they are counted. SIGPIPE is
// ignored. May be called again.
void CountStopSignals();

// How often this process was asked to stop. Async: set by a signal handler.
// Thread-safe.
int TimesAskedToStop();
inline bool AskedToStop() { return TimesAskedToStop() > 0; }

// Passes these signals on to a child too; 0: to none any more. A signal that came
// before is passed on at once (as SIGTERM). Thread-safe.
void PassStopSignalsTo(pid_t child);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_STOP_SIGNALS_H_
