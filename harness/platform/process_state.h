#ifndef SLOTQUAKE_HARNESS_PLATFORM_PROCESS_STATE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_PROCESS_STATE_H_

#include <sys/types.h>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/process_control.h"

namespace slotquake {

// What /proc says of a process that this one can see. Thread-safe.
Result<ProcessState> StateOfProcess(pid_t pid);

// Processor time that such a process has used since its start. Thread-safe.
Result<Nanos> CpuTimeOfProcess(pid_t pid);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_PROCESS_STATE_H_
