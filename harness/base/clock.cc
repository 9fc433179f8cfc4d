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
