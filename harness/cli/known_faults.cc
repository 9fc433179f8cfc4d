#include "harness/cli/known_faults.h"

#include "harness/faults/fault.h"

namespace slotquake {

KnownFaults FaultsForScenarios() {
  KnownFaults known;
  for (const FaultType& type : AllFaults()) {
    known.names.emplace_back(type.name);
    if (type.whole_cluster) known.whole_cluster.emplace(type.name);
  }
  known.read = [](const TimelineEntry& entry, OptionReader& options) {
    return ReadOptions(*FindFault(entry.fault), options).values();
  };
  return known;
}

std::string DescribeMistakes(const std::string& file,
                             const std::vector<Mistake>& mistakes) {
  std::string text = file + ": " + std::to_string(mistakes.size()) +
                     (mistakes.size() == 1 ? " mistake\n" : " mistakes\n");
  for (const Mistake& mistake : mistakes) text += "  " + ToString(mistake) + "\n";
  return text;
}

}  // namespace slotquake
