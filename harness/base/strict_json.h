#ifndef SLOTQUAKE_HARNESS_BASE_STRICT_JSON_H_
#define SLOTQUAKE_HARNESS_BASE_STRICT_JSON_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nlohmann/json.hpp"

namespace slotquake {

// One thing that is wrong in a file.
struct Mistake {
  // A JSON pointer (RFC 6901), or "line 3, column 7" where the text is no JSON.
  std::string where;
  std::string what;
  bool operator==(const Mistake&) const = default;
};

// "/timeline/0/fault: unknown fault ..."; the file as a whole is "(file)".
std::string ToString(const Mistake& mistake);

// One mistake a line, in the given order.
std::string ToString(const std::vector<Mistake>& mistakes);

// `key` as one step of a JSON pointer: "~" and "/" escaped.
std::string PointerStep(std::string_view key);

// Parses JSON and refuses what a usual parser takes in silence: a key that stands
// twice in one object (the last would win), and nesting deeper than 64 levels.
// Nothing when there was a mistake; they are appended. Thread-safe.
std::optional<nlohmann::json> ParseStrictJson(std::string_view text,
                                              std::vector<Mistake>* mistakes);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_STRICT_JSON_H_
