#include "harness/check/figures.h"

#include <cmath>
#include <cstdio>

namespace slotquake {
namespace {

std::string Print(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

}  // namespace

std::string Grouped(std::int64_t count) {
  std::string digits = std::to_string(count < 0 ? -count : count);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), " ");
  }
  return count < 0 ? "-" + digits : digits;
}

std::string Counted(std::int64_t count, const std::string& noun) {
  return Grouped(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Duration(double ms) {
  if (std::fabs(ms) >= 100) return Print("%.3f s", ms / 1000);
  const bool whole = std::fabs(ms) >= 10 || std::fabs(ms - std::round(ms)) < 0.05;
  return Print(whole ? "%.0f ms" : "%.1f ms", std::fabs(ms) < 0.05 ? 0.0 : ms);
}

std::string Bounds(std::int64_t lower, std::int64_t upper) {
  if (lower == upper) return Grouped(lower);
  return Grouped(lower) + " to " + Grouped(upper);
}

std::string Relative(double ms) { return Print("%+.3f s", ms / 1000); }

}  // namespace slotquake
