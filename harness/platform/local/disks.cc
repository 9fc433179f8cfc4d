#include "harness/platform/local/disks.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace slotquake {
namespace {

constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV;

struct Space {
  std::int64_t size = 0;
  std::int64_t free = 0;
};

Status Failure(const std::string& what, const std::filesystem::path& folder) {
  return Status::Error("cannot " + what + " " + folder.string() + ": " +
                       std::strerror(errno));
}

Result<Space> SpaceOf(const std::filesystem::path& folder) {
  struct statvfs found {};
  if (statvfs(folder.c_str(), &found) != 0) return Failure("look at", folder);
  const auto block = static_cast<std::int64_t>(found.f_frsize);
  return Space{static_cast<std::int64_t>(found.f_blocks) * block,
               static_cast<std::int64_t>(found.f_bfree) * block};
}

bool Resize(const std::filesystem::path& folder, std::int64_t bytes) {
  const std::string size = "size=" + std::to_string(bytes);
  return mount("none", folder.c_str(), nullptr, MS_REMOUNT | kFlags, size.c_str()) == 0;
}

}  // namespace

Status LocalDisks::Prepare(const std::string& node,
                           const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Failure("make", folder);
  if (mount("tmpfs", folder.c_str(), "tmpfs", kFlags, "mode=755") != 0) {
    mounted_ = Failure("mount a disk on", folder);
    return Status::Ok();
  }
  const auto space = SpaceOf(folder);
  if (!space.ok()) return space.status();
  disks_[node] = {folder, space->size};
  return Status::Ok();
}

Status LocalDisks::Fill(const std::string& node) {
  if (!mounted_.ok()) return mounted_;
  const std::filesystem::path& folder = disks_.at(node).folder;
  // The server goes on writing, and a disk can not be made smaller than what is on it.
  constexpr int kTries = 1000;
  for (int i = 0; i < kTries; ++i) {
    const auto space = SpaceOf(folder);
    if (!space.ok()) return space.status();
    if (space->free == 0) return Status::Ok();
    if (!Resize(folder, space->size - space->free) && errno != EINVAL) break;
  }
  return Failure("fill the disk on", folder);
}

Status LocalDisks::Free(const std::string& node) {
  const auto it = disks_.find(node);
  if (it == disks_.end()) return Status::Ok();
  const Disk& disk = it->second;
  return Resize(disk.folder, disk.size) ? Status::Ok()
                                        : Failure("free the disk on", disk.folder);
}

Result<std::int64_t> LocalDisks::FreeBytes(const std::string& node) {
  if (!mounted_.ok()) return mounted_;
  const auto space = SpaceOf(disks_.at(node).folder);
  if (!space.ok()) return space.status();
  return space->free;
}

Result<std::string> LocalDisks::TryWrite(const std::string& node) {
  if (!mounted_.ok()) return mounted_;
  // A file without a name: nothing is left of it.
  const int fd =
      open(disks_.at(node).folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return std::string(std::strerror(errno));
  const std::string said = write(fd, "slotquake", 9) == 9 ? "" : std::strerror(errno);
  close(fd);
  return said;
}

}  // namespace slotquake
