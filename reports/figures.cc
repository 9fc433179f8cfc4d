#include "reports/figures.h"

#include <cmath>
#include <cstddef>
#include <cstdio>

namespace slotquake {
namespace {

std::string Fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

std::string Seconds(double ms, int decimals) {
  if (std::abs(ms) < 120e3) return Fixed(ms / 1e3, decimals) + " s";
  const auto seconds = static_cast<std::int64_t>(std::llround(ms / 1e3));
  return std::to_string(seconds / 60) + " min " +
         std::to_string(std::abs(seconds % 60)) + " s";
}

std::string Milliseconds(double ms) {
  if (ms == 0) return "0 ms";
  if (std::abs(ms) < 0.001) return ms < 0 ? "-0.001 ms" : "0.001 ms";
  if (std::abs(ms) < 0.1) return Fixed(ms, 3) + " ms";
  return Fixed(ms, std::abs(ms) < 9.95 ? 1 : 0) + " ms";
}

}  // namespace

std::string GroupedDigits(std::int64_t n) {
  const std::string digits = std::to_string(n < 0 ? -n : n);
  std::string out = n < 0 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += "\u00a0";
    out += digits[i];
  }
  return out;
}

std::string CountText(std::int64_t n, std::string_view singular) {
  return GroupedDigits(n) + " " + std::string(singular) + (n == 1 ? "" : "s");
}

std::string DurationText(double ms) {
  return std::abs(ms) < 999.5 ? Milliseconds(ms) : Seconds(ms, 2);
}

std::string ExactDuration(double ms) {
  return std::abs(ms) < 999.5 ? Milliseconds(ms) : Seconds(ms, 3);
}

std::string DurationRange(double from_ms, double to_ms) {
  if (std::abs(to_ms) < 999.5)
    return Fixed(from_ms, 0) + " – " + Fixed(to_ms, 0) + " ms";
  return Fixed(from_ms / 1e3, 2) + " – " + Fixed(to_ms / 1e3, 2) + " s";
}

std::string RelativeText(double ms) {
  const double seconds = std::abs(ms) < 0.0005 ? 0.0 : ms / 1e3;
  return (seconds < 0 ? "" : "+") + Fixed(seconds, 3);
}

std::string RelativeWithUnit(double ms) {
  if (std::abs(ms) >= 999.5) return RelativeText(ms) + " s";
  return (ms < 0 ? "" : "+") + Milliseconds(ms);
}

std::string EnDashed(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos;) {
    text.replace(at, 1, "–");
  }
  return text;
}

std::string Enumerate(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  return out;
}

}  // namespace slotquake
