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

}  // namespace

std::string ShortDuration(double ms) {
  const bool in_seconds = std::abs(ms) >= 999.5 && std::abs(ms) < 120e3;
  return in_seconds ? Fixed(ms / 1e3, 2) + " s" : Duration(ms);
}

std::string RelativeText(double ms) {
  const double seconds = std::abs(ms) < 0.0005 ? 0.0 : ms / 1e3;
  return (seconds < 0 ? "" : "+") + Fixed(seconds, 3);
}

std::string RelativeWithUnit(double ms) {
  if (std::abs(ms) >= 999.5) return RelativeText(ms) + " s";
  return (ms < 0 ? "" : "+") + Duration(ms);
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
