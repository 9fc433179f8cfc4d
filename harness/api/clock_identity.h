#ifndef SLOTQUAKE_HARNESS_API_CLOCK_IDENTITY_H_
#define SLOTQUAKE_HARNESS_API_CLOCK_IDENTITY_H_

#include <string>

namespace slotquake {

// Which CLOCK_MONOTONIC a process reads. Two processes of the same boot and time
// namespace read the very same clock, whatever other namespaces they are in.
struct ClockIdentity {
  std::string boot_id;         // "" where the kernel does not say
  std::string time_namespace;  // "time:[4026531834]"

  // Certain to be the same clock: both are known, and equal.
  bool IsSameClock(const ClockIdentity& other) const;
};

// This process'. Thread-safe.
ClockIdentity OwnClockIdentity();

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_CLOCK_IDENTITY_H_
