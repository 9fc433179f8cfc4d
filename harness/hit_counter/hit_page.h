#ifndef SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_PAGE_H_
#define SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slotquake {

// Response header with the "ip:port" of the node that served the hit, or that
// was asked last.
inline constexpr char kNodeHeader[] = "X-Redis-Node";

// "I have been hit 42 times since deployment."
std::string FormatHitPage(std::int64_t hits);

// The number in such a page; nothing unless the whole sentence is there (a page
// that was cut off may show the beginning of a number).
std::optional<std::int64_t> ParseHitPage(std::string_view page);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_PAGE_H_
