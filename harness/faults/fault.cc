#include "harness/faults/fault.h"

namespace slotquake {

std::vector<std::string> FaultContext::nodes() const {
  std::vector<std::string> names;
  for (const Victim& victim : victims) names.push_back(victim.node);
  return names;
}

std::string JoinNames(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

OptionValues ReadOptions(const FaultType& type, OptionReader& reader) {
  const OptionValues values(type.options, reader);
  const std::string wrong = type.check != nullptr ? type.check(values) : "";
  if (!wrong.empty()) reader.AddMistake("", wrong);
  return values;
}

}  // namespace slotquake
