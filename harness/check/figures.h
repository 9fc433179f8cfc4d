#ifndef SLOTQUAKE_HARNESS_CHECK_FIGURES_H_
#define SLOTQUAKE_HARNESS_CHECK_FIGURES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace slotquake {

// Figures as verdicts and reports print them, the same in both. All are pure and
// thread-safe. Digits are grouped with no-break spaces, so that no figure is torn
// apart at the end of a line.

// "763 912": digits in groups of three.
std::string Grouped(std::int64_t count);

// "1 slot", "763 912 slots".
std::string Counted(std::int64_t count, std::string_view noun);

// "0.4 ms", "12 ms", below a second; then "3.570 s", from two minutes on
// "12 min 5 s". What is not 0 is never shown as 0.
std::string Duration(double ms);

// An interval in one unit: "2.60 – 5.20 s", "500 – 900 ms".
std::string DurationRange(double from_ms, double to_ms);

// What theory allows for a promotion, the votes apart: "2.50 – 5.20 s, + votes
// ≤ 4.00 s".
std::string TheoryRange(double min_ms, double election_max_ms, double max_ms);

// "0" alone when the bounds meet at 0, "3" when they meet, else "3 to 54".
std::string Bounds(std::int64_t lower, std::int64_t upper);

// "+3.570 s", "-0.002 s": an instant relative to a fault.
std::string Relative(double ms);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_FIGURES_H_
