#ifndef SLOTQUAKE_HARNESS_SCENARIO_READ_TIMELINE_H_
#define SLOTQUAKE_HARNESS_SCENARIO_READ_TIMELINE_H_

#include <string>
#include <vector>

#include "harness/base/option_reader.h"
#include "harness/scenario/known_faults.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// The longest time that a scenario may name.
inline constexpr int kHourMs = 3'600'000;

// Reads "timeline" in the file's order; mistakes go to the reader.
void ReadTimeline(OptionReader& scenario, const KnownFaults& faults,
                  std::vector<TimelineEntry>* timeline);

// Finds the entries that are named by their fault instead of an index.
void FindByName(std::vector<TimelineEntry>* timeline, std::vector<Mistake>* mistakes);

// Puts the entries in the order of time, those that wait for something last; what
// names another entry by its index goes on naming the same one.
void SortByTime(std::vector<TimelineEntry>* timeline);

// Like OneOf(), but "" when there is a value and it is a wrong one: what depends on
// it can not be judged then.
std::string Choice(OptionReader& reader, const std::string& key,
                   const std::string& fallback, const std::vector<std::string>& known);

// Puts the part at `where` (".../3") into place 3: those before it may have been
// nothing to keep.
template <typename T>
void PutAt(const std::string& where, T part, std::vector<T>* all) {
  const std::size_t index = std::stoul(where.substr(where.rfind('/') + 1));
  all->resize(index + 1);
  (*all)[index] = std::move(part);
}

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_SCENARIO_READ_TIMELINE_H_
