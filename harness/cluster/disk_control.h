#ifndef SLOTQUAKE_HARNESS_CLUSTER_DISK_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_DISK_CONTROL_H_

#include <cstdint>
#include <string>

#include "harness/base/status.h"

namespace slotquake {

// Power over the disk that a node keeps its files on. Undoing is harmless when there is
// nothing to undo, and whether or not the server lives.
class DiskControl {
 public:
  virtual ~DiskControl() = default;

  // Why the disks can not be filled here.
  virtual Status CanFill() = 0;

  // Leaves no room on the node's disk; and gives it back.
  virtual Status Fill(const std::string& node) = 0;
  virtual Status Free(const std::string& node) = 0;
  // Bytes that can still be written there.
  virtual Result<std::int64_t> FreeBytes(const std::string& node) = 0;

  // Tries to write a small file where the server keeps its own: "" if that works, else
  // the system's word ("No space left on device"). Leaves no file.
  virtual Result<std::string> TryWrite(const std::string& node) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_DISK_CONTROL_H_
