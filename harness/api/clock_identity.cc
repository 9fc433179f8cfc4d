#include "harness/api/clock_identity.h"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace slotquake {

bool ClockIdentity::IsSameClock(const ClockIdentity& other) const {
  return !boot_id.empty() && !time_namespace.empty() && boot_id == other.boot_id &&
         time_namespace == other.time_namespace;
}

ClockIdentity OwnClockIdentity() {
  ClockIdentity identity;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> identity.boot_id;
  std::error_code error;
  const auto link = std::filesystem::read_symlink("/proc/self/ns/time", error);
  if (!error) identity.time_namespace = link.string();
  return identity;
}

}  // namespace slotquake
