#include "harness/base/clock.h"

#include <cstdio>
#include <ctime>

namespace slotquake {
namespace {

Nanos Read(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::chrono::seconds(now.tv_sec) + Nanos(now.tv_nsec);
}

}  // namespace

Nanos MonotonicNow() { return Read(CLOCK_MONOTONIC); }
Nanos WallNow() { return Read(CLOCK_REALTIME); }

Nanos WallAt(Nanos monotonic) {
  constexpr int kReadings = 50;
  Nanos quickest = Nanos::max();
  Nanos difference{0};
  for (int i = 0; i < kReadings; ++i) {
    const Nanos before = MonotonicNow();
    const Nanos wall = WallNow();
    const Nanos taken = MonotonicNow() - before;
    if (taken >= quickest) continue;
    quickest = taken;
    difference = wall - before - taken / 2;
  }
  return monotonic + difference;
}

std::string FormatUtc(Nanos wall) {
  const std::time_t seconds = wall.count() / 1'000'000'000;
  const int millis = static_cast<int>(wall.count() / 1'000'000 % 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  char text[48];
  std::snprintf(text, sizeof text, "%s.%03dZ", date, millis);
  return text;
}

}  // namespace slotquake
