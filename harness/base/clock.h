#ifndef SLOTQUAKE_HARNESS_BASE_CLOCK_H_
#define SLOTQUAKE_HARNESS_BASE_CLOCK_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace slotquake {

// Every duration, and every instant as the time since a base: since the boot for
// MonotonicNow(), since the record's base inside a record.
using Nanos = std::chrono::nanoseconds;

// CLOCK_MONOTONIC. All processes of one machine read the same clock, whatever
// network or PID namespace they are in. Thread-safe.
Nanos MonotonicNow();

// CLOCK_REALTIME since 1970. Thread-safe.
Nanos WallNow();

// The wall time of an instant of MonotonicNow(), as both clocks stand now. Right
// within a microsecond or so, even where the thread loses its processor between two
// readings. Thread-safe.
Nanos WallAt(Nanos monotonic);

constexpr double ToMillis(Nanos t) { return static_cast<double>(t.count()) / 1e6; }
constexpr double ToSeconds(Nanos t) { return static_cast<double>(t.count()) / 1e9; }
constexpr Nanos FromMillis(double ms) {
  return Nanos(static_cast<std::int64_t>(ms * 1e6));
}

// "2026-11-22T14:02:00.123Z" for a time since 1970.
std::string FormatUtc(Nanos wall);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_CLOCK_H_
