#ifndef SLOTQUAKE_HARNESS_CLUSTER_CALL_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_CALL_CONTROL_H_

#include <cstdint>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// What is done to the calls that a server makes to its C library.
struct CallChanges {
  Nanos sync_delay{0};  // before each fsync and fdatasync
  int sync_error = 0;   // errno of each fsync and fdatasync; 0: they work
  int write_error = 0;  // errno of each call that writes to, makes, renames or shortens
                        // a file of the node; 0: they work
  Nanos clock_offset{0};  // added to the wall clock; monotonic time is as it was

  bool operator==(const CallChanges&) const = default;
};

// What the server's calls met since it started.
struct CallCounts {
  std::int64_t syncs = 0;    // fsync and fdatasync
  std::int64_t delayed = 0;  // of those
  std::int64_t failed = 0;   // of those
  std::int64_t writes_failed = 0;
  std::int64_t clock_reads = 0;  // that were given a changed time
};

// Power over the calls of servers that were started for it
// (ClusterSpec::interposes_calls).
class CallControl {
 public:
  virtual ~CallControl() = default;

  // Why it can not be done here.
  virtual Status CanChange() = 0;
  // From now on, also for a process that is started later; in place of what was changed
  // under this name before. Default changes: none. Where several names change a node's
  // calls, delays and offsets add up, and of two errors the first name's counts.
  virtual Status Change(const std::string& node, const std::string& name,
                        const CallChanges& changes) = 0;
  virtual Result<CallCounts> Counts(const std::string& node) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_CALL_CONTROL_H_
