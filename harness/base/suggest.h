#ifndef SLOTQUAKE_HARNESS_BASE_SUGGEST_H_
#define SLOTQUAKE_HARNESS_BASE_SUGGEST_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slotquake {

// How many characters must be inserted, deleted, replaced or swapped with their
// neighbour to make `b` of `a` (optimal string alignment). Thread-safe.
std::size_t EditDistance(std::string_view a, std::string_view b);

// The one of `known` that somebody who wrote `wrong` most likely meant: the
// nearest in spelling, else one that goes on where the other ends, else one whose
// first word is nearly the same ("kil_process" -> "kill"). Nothing when none is
// near. Thread-safe.
std::optional<std::string> Suggest(std::string_view wrong,
                                   const std::vector<std::string>& known);

// What to add to "unknown ...": `; did you mean "kill"?`, or, when nothing is
// near, `; known: a, b, c`. Empty when there is nothing known. Thread-safe.
std::string SuggestText(std::string_view wrong, const std::vector<std::string>& known);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_SUGGEST_H_
