#include "harness/platform/local/log_clock.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "harness/redis/log_line.h"

namespace slotquake {
namespace {

// "22 Nov 2026 13:57:56.385"
std::string Stamp(Nanos wall) {
  const std::int64_t millis = wall.count() / 1'000'000;
  const auto seconds = static_cast<time_t>(millis / 1000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%02d %s %d %02d:%02d:%02d.%03d", parts.tm_mday,
                kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec, static_cast<int>(millis % 1000));
  return text;
}

// The line "pid:role day month year time level text" with another time.
std::string Restamped(std::string_view line, Nanos wall) {
  const std::size_t begin = line.find(' ') + 1;
  std::size_t end = begin;
  for (int words = 0; words < 4; ++words) end = line.find(' ', end) + 1;
  return std::string(line.substr(0, begin)) + Stamp(wall) +
         std::string(line.substr(end - 1));
}

}  // namespace

void LogClock::Shift(Nanos at, std::size_t size_before, std::size_t size_after,
                     Nanos offset) {
  changes_.push_back({at, size_before, size_after, offset});
}

Nanos LogClock::OffsetOf(std::size_t place, Nanos stamp) const {
  Nanos offset{0};
  for (const Change& change : changes_) {
    if (place < change.size_before) break;
    const Nanos old_miss = std::chrono::abs(stamp - offset - change.at);
    const Nanos new_miss = std::chrono::abs(stamp - change.offset - change.at);
    if (place < change.size_after && old_miss <= new_miss) break;
    offset = change.offset;
  }
  return offset;
}

std::string LogClock::AtTrueTimes(std::string_view log) const {
  if (changes_.empty()) return std::string(log);
  std::string text;
  text.reserve(log.size());
  for (std::size_t place = 0; place < log.size();) {
    const std::size_t end = std::min(log.find('\n', place), log.size());
    const std::string_view line = log.substr(place, end - place);
    const auto parsed = ParseLogLine(line);
    const Nanos offset = parsed ? OffsetOf(place, parsed->wall) : Nanos(0);
    text +=
        offset == Nanos(0) ? std::string(line) : Restamped(line, parsed->wall - offset);
    if (end < log.size()) text += '\n';
    place = end + 1;
  }
  return text;
}

}  // namespace slotquake
