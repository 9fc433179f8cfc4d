#ifndef SLOTQUAKE_HARNESS_AGENT_STOP_NOTES_H_
#define SLOTQUAKE_HARNESS_AGENT_STOP_NOTES_H_

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "harness/agent/process_handle.h"
#include "harness/base/status.h"

namespace slotquake {

// A process that an agent has stopped.
struct StopNote {
  ProcessId process;
  std::string pod_uid;
};

// What agents of this machine have stopped, in a file that outlives them: what others
// have stopped is not in it. Notes of processes that are gone are left out.
// Thread-safe.
class StopNotes {
 public:
  // The folder is made when there is something to write. The file is read anew each
  // time: an agent that is about to end may share it with the next one.
  explicit StopNotes(std::filesystem::path folder);

  // On disk when it returns.
  Status Add(const StopNote& note);
  Status Remove(const ProcessId& process);
  bool Has(const ProcessId& process) const;
  std::vector<StopNote> All() const;

 private:
  Status Write(const std::vector<StopNote>& notes);

  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_STOP_NOTES_H_
