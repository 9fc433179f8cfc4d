#ifndef SLOTQUAKE_HARNESS_CHECK_FIGURES_H_
#define SLOTQUAKE_HARNESS_CHECK_FIGURES_H_

#include <cstdint>
#include <string>

namespace slotquake {

// "763 912": digits in groups of three.
std::string Grouped(std::int64_t count);

// "1 slot", "763 912 slots".
std::string Counted(std::int64_t count, const std::string& noun);

// "12 ms" below a tenth of a second, else "3.570 s". At least "0 ms"; fractions of a
// millisecond are shown below ten ("0.4 ms").
std::string Duration(double ms);

// "0" alone when the bounds meet at 0, "3" when they meet, else "3 to 54".
std::string Bounds(std::int64_t lower, std::int64_t upper);

// "+3.570 s", "-0.002 s": an instant relative to a fault.
std::string Relative(double ms);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_FIGURES_H_
