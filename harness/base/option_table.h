#ifndef SLOTQUAKE_HARNESS_BASE_OPTION_TABLE_H_
#define SLOTQUAKE_HARNESS_BASE_OPTION_TABLE_H_

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "harness/base/option_reader.h"
#include "nlohmann/json.hpp"

namespace slotquake {

enum class OptionKind { kInt, kNumber, kBool, kString, kOneOf };

// One option, as a table declares it. What is read, what is refused, the help, the
// reference and the schema all come from here.
struct OptionSpec {
  static constexpr double kNoLimit = std::numeric_limits<double>::infinity();

  std::string name;  // with its unit at the end: "pause_ms", "share_percent"
  OptionKind kind = OptionKind::kInt;
  nlohmann::json fallback;           // null: must be given
  double min = -kNoLimit;            // of numbers, inclusive
  double max = kNoLimit;             // and these
  std::vector<std::string> choices;  // of kOneOf
  std::string help;                  // one sentence

  // One of each kind. `fallback` nullptr: must be given.
  static OptionSpec Int(std::string name, nlohmann::json fallback, double min,
                        double max, std::string help);
  static OptionSpec Number(std::string name, nlohmann::json fallback, double min,
                           double max, std::string help);
  static OptionSpec Bool(std::string name, nlohmann::json fallback, std::string help);
  static OptionSpec String(std::string name, nlohmann::json fallback, std::string help);
  static OptionSpec OneOf(std::string name, nlohmann::json fallback,
                          std::vector<std::string> choices, std::string help);
};

// The options of one table with their values, defaults filled in. Asking for one
// that is not in the table, or by another kind, is a mistake in the program: throws
// std::logic_error.
class OptionValues {
 public:
  // Reads what `table` names; mistakes go to the reader, and what is wrong or missing
  // gets its default, or the least value where there is none.
  OptionValues(const std::vector<OptionSpec>& table, OptionReader& reader);

  std::int64_t Int(const std::string& name) const;
  double Number(const std::string& name) const;
  bool Bool(const std::string& name) const;
  std::string String(const std::string& name) const;  // of kString and kOneOf
  // A kInt as a time.
  std::chrono::milliseconds Ms(const std::string& name) const;

  const nlohmann::json& values() const { return values_; }

 private:
  const nlohmann::json& At(const std::string& name) const;

  nlohmann::json values_ = nlohmann::json::object();
};

// "whole number from 1 to 600000, default 3000". Pure.
std::string DescribeForm(const OptionSpec& option);

// The JSON schema of an object that holds these options and nothing else. Pure.
nlohmann::ordered_json SchemaOf(const std::vector<OptionSpec>& table);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_OPTION_TABLE_H_
