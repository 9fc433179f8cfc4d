#ifndef SLOTQUAKE_REPORTS_FIGURES_H_
#define SLOTQUAKE_REPORTS_FIGURES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slotquake {

// Figures as a person reads them. All are pure and thread-safe.

// "763 912", with no-break spaces.
std::string GroupedDigits(std::int64_t n);

// "1 write", "12 writes", "1 200 writes".
std::string CountText(std::int64_t n, std::string_view singular);

// A length of time given in milliseconds: "0.4 ms", "12 ms", "3.57 s",
// "12 min 5 s". What is not 0 is never shown as 0.
std::string DurationText(double ms);

// Like DurationText, but seconds with three decimals: "3.570 s".
std::string ExactDuration(double ms);

// An interval in one unit: "2.60 – 5.20 s".
std::string DurationRange(double from_ms, double to_ms);

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
