#include "harness/check/figures.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace slotquake {
namespace {

std::string Print(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string Milliseconds(double ms) {
  const double size = std::fabs(ms);
  if (size == 0) return "0 ms";
  if (size < 0.001) return ms < 0 ? "-0.001 ms" : "0.001 ms";
  if (size < 0.1) return Print("%.3f ms", ms);
  const bool whole = size >= 9.95 || std::fabs(size - std::round(size)) < 0.05;
  return Print(whole ? "%.0f ms" : "%.1f ms", ms);
}

}  // namespace

std::string Grouped(std::int64_t count) {
  std::string digits = std::to_string(count < 0 ? -count : count);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), "\u00a0");
  }
  return count < 0 ? "-" + digits : digits;
}

std::string Counted(std::int64_t count, std::string_view noun) {
  return Grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Duration(double ms) {
  if (std::fabs(ms) < 999.5) return Milliseconds(ms);
  if (std::fabs(ms) < 120e3) return Print("%.3f s", ms / 1e3);
  const auto seconds = static_cast<std::int64_t>(std::llround(ms / 1e3));
  return std::to_string(seconds / 60) + " min " +
         std::to_string(std::llabs(seconds % 60)) + " s";
}

std::string DurationRange(double from_ms, double to_ms) {
  if (std::fabs(to_ms) < 999.5) {
    return Print("%.0f – ", from_ms) + Print("%.0f ms", to_ms);
  }
  return Print("%.2f – ", from_ms / 1e3) + Print("%.2f s", to_ms / 1e3);
}

std::string TheoryRange(double min_ms, double election_max_ms, double max_ms) {
  return DurationRange(min_ms, election_max_ms) +
         Print(", + votes ≤ %.2f s", (max_ms - election_max_ms) / 1e3);
}

std::string Bounds(std::int64_t lower, std::int64_t upper) {
  if (lower == upper) return Grouped(lower);
  return Grouped(lower) + " to " + Grouped(upper);
}

std::string Relative(double ms) { return Print("%+.3f s", ms / 1000); }

}  // namespace slotquake
