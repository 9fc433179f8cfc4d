#include "harness/platform/process_state.h"

#include <ctime>
#include <fstream>
#include <string>

namespace slotquake {

Result<ProcessState> StateOfProcess(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return ProcessState::kGone;
  // "4711 (a name) S ...": the name may have anything in it.
  const auto end = line.rfind(')');
  if (end == std::string::npos || end + 2 >= line.size()) {
    return Status::Error("/proc/" + std::to_string(pid) + "/stat: " + line);
  }
  switch (line[end + 2]) {
    case 'T':
      return ProcessState::kStopped;
    case 'Z':
    case 'X':
      return ProcessState::kGone;
    default:
      return ProcessState::kRunning;
  }
}

Result<Nanos> CpuTimeOfProcess(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return Status::Error("cannot read the processor time of process " +
                         std::to_string(pid));
  }
  return std::chrono::seconds(used.tv_sec) + Nanos(used.tv_nsec);
}

}  // namespace slotquake
