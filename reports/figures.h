#ifndef SLOTQUAKE_REPORTS_FIGURES_H_
#define SLOTQUAKE_REPORTS_FIGURES_H_

#include <string>
#include <vector>

#include "harness/check/figures.h"

namespace slotquake {

// Figures and lists as the reports show them, beside those of the verdicts. All
// are pure and thread-safe.

// Like Duration, but seconds with two decimals: "3.57 s".
std::string ShortDuration(double ms);

// An instant relative to the axis' zero, in seconds: "+2.292", "-0.004".
std::string RelativeText(double ms);

// The same with its unit, near the zero in milliseconds: "-3.1 ms", "+3.584 s".
std::string RelativeWithUnit(double ms);

// "0–5460" for "0-5460".
std::string EnDashed(std::string text);

// "a", "a and b", "a, b and c".
std::string Enumerate(const std::vector<std::string>& items);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_FIGURES_H_
