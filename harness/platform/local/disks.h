#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_DISKS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_DISKS_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "harness/cluster/disk_control.h"

namespace slotquake {

// A disk of its own for every node: a tmpfs on its folder. A full one is one whose size
// is what is on it. Not thread-safe.
class LocalDisks : public DiskControl {
 public:
  // Makes the node's folder and its disk. Where the system does not let us mount, the
  // folder is an ordinary one, and CanFill() says why.
  Status Prepare(const std::string& node, const std::filesystem::path& folder);

  Status CanFill() override { return mounted_; }
  Status Fill(const std::string& node) override;
  Status Free(const std::string& node) override;
  Result<std::int64_t> FreeBytes(const std::string& node) override;
  Result<std::string> TryWrite(const std::string& node) override;

 private:
  struct Disk {
    std::filesystem::path folder;
    std::int64_t size = 0;  // bytes, as it was made
  };

  Status mounted_ = Status::Ok();
  std::map<std::string, Disk> disks_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_DISKS_H_
