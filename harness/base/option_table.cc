#include "harness/base/option_table.h"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace slotquake {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::int64_t WholeLimit(double limit) {
  if (std::isfinite(limit)) return static_cast<std::int64_t>(limit);
  return limit < 0 ? std::numeric_limits<std::int64_t>::min()
                   : std::numeric_limits<std::int64_t>::max();
}

// A limit as people write it: 100, not 100.0.
ordered_json LimitJson(double limit) {
  return std::trunc(limit) == limit && std::abs(limit) < 0x1.0p53
             ? ordered_json(static_cast<std::int64_t>(limit))
             : ordered_json(limit);
}

// What stands in for a required option that is missing; never used by a run.
json LeastValue(const OptionSpec& option) {
  switch (option.kind) {
    case OptionKind::kInt:
      return WholeLimit(option.min);
    case OptionKind::kNumber:
      return option.min;
    case OptionKind::kBool:
      return false;
    case OptionKind::kString:
      return "";
    case OptionKind::kOneOf:
      return option.choices.front();
  }
  return nullptr;
}

json ReadValue(const OptionSpec& option, const json& fallback, OptionReader& reader) {
  switch (option.kind) {
    case OptionKind::kInt:
      return reader
          .OptionalInt(option.name, WholeLimit(option.min), WholeLimit(option.max))
          .value_or(fallback.get<std::int64_t>());
    case OptionKind::kNumber:
      return reader.Number(option.name, fallback.get<double>(), option.min, option.max);
    case OptionKind::kBool:
      return reader.Bool(option.name, fallback.get<bool>());
    case OptionKind::kString:
      return reader.String(option.name, fallback.get<std::string>());
    case OptionKind::kOneOf:
      return reader.OneOf(option.name, fallback.get<std::string>(), option.choices);
  }
  return nullptr;
}

std::string RangeForm(const OptionSpec& option) {
  const bool below = std::isfinite(option.min);
  const bool above = std::isfinite(option.max);
  const std::string min = LimitJson(option.min).dump();
  const std::string max = LimitJson(option.max).dump();
  if (below && above) return " from " + min + " to " + max;
  if (below) return ", at least " + min;
  return above ? ", at most " + max : "";
}

std::string ChoicesForm(const OptionSpec& option) {
  std::string text;
  for (std::size_t i = 0; i < option.choices.size(); ++i) {
    const bool last = i + 1 == option.choices.size();
    text += (i == 0 ? "" : last ? " or " : ", ") + json(option.choices[i]).dump();
  }
  return text;
}

ordered_json OptionSchema(const OptionSpec& option) {
  ordered_json schema;
  switch (option.kind) {
    case OptionKind::kInt:
      schema["type"] = "integer";
      break;
    case OptionKind::kNumber:
      schema["type"] = "number";
      break;
    case OptionKind::kBool:
      schema["type"] = "boolean";
      break;
    case OptionKind::kString:
      schema["type"] = "string";
      break;
    case OptionKind::kOneOf:
      schema["enum"] = option.choices;
      break;
  }
  if (std::isfinite(option.min)) schema["minimum"] = LimitJson(option.min);
  if (std::isfinite(option.max)) schema["maximum"] = LimitJson(option.max);
  if (!option.fallback.is_null()) schema["default"] = option.fallback;
  schema["description"] = option.help;
  return schema;
}

}  // namespace

OptionSpec OptionSpec::Int(std::string name, json fallback, double min, double max,
                           std::string help) {
  return {std::move(name), OptionKind::kInt, std::move(fallback), min, max, {},
          std::move(help)};
}

OptionSpec OptionSpec::Number(std::string name, json fallback, double min, double max,
                              std::string help) {
  return {std::move(name), OptionKind::kNumber, std::move(fallback), min, max, {},
          std::move(help)};
}

OptionSpec OptionSpec::Bool(std::string name, json fallback, std::string help) {
  OptionSpec option;
  option.name = std::move(name);
  option.kind = OptionKind::kBool;
  option.fallback = std::move(fallback);
  option.help = std::move(help);
  return option;
}

OptionSpec OptionSpec::String(std::string name, json fallback, std::string help) {
  OptionSpec option = Bool(std::move(name), std::move(fallback), std::move(help));
  option.kind = OptionKind::kString;
  return option;
}

OptionSpec OptionSpec::OneOf(std::string name, json fallback,
                             std::vector<std::string> choices, std::string help) {
  OptionSpec option = Bool(std::move(name), std::move(fallback), std::move(help));
  option.kind = OptionKind::kOneOf;
  option.choices = std::move(choices);
  return option;
}

OptionValues::OptionValues(const std::vector<OptionSpec>& table, OptionReader& reader) {
  for (const OptionSpec& option : table) {
    const bool required = option.fallback.is_null();
    if (required) reader.Require(option.name, option.help);
    values_[option.name] =
        ReadValue(option, required ? LeastValue(option) : option.fallback, reader);
  }
}

const json& OptionValues::At(const std::string& name) const {
  const auto it = values_.find(name);
  if (it == values_.end())
    throw std::logic_error("no option " + name + " in the table");
  return *it;
}

std::int64_t OptionValues::Int(const std::string& name) const {
  const json& value = At(name);
  if (!value.is_number_integer()) throw std::logic_error(name + " is no whole number");
  return value.get<std::int64_t>();
}

double OptionValues::Number(const std::string& name) const {
  const json& value = At(name);
  if (!value.is_number()) throw std::logic_error(name + " is no number");
  return value.get<double>();
}

bool OptionValues::Bool(const std::string& name) const {
  const json& value = At(name);
  if (!value.is_boolean()) throw std::logic_error(name + " is not true or false");
  return value.get<bool>();
}

std::string OptionValues::String(const std::string& name) const {
  const json& value = At(name);
  if (!value.is_string()) throw std::logic_error(name + " is no string");
  return value.get<std::string>();
}

std::chrono::milliseconds OptionValues::Ms(const std::string& name) const {
  return std::chrono::milliseconds(Int(name));
}

std::string DescribeForm(const OptionSpec& option) {
  std::string text;
  switch (option.kind) {
    case OptionKind::kInt:
      text = "whole number" + RangeForm(option);
      break;
    case OptionKind::kNumber:
      text = "number" + RangeForm(option);
      break;
    case OptionKind::kBool:
      text = "true or false";
      break;
    case OptionKind::kString:
      text = "string";
      break;
    case OptionKind::kOneOf:
      text = ChoicesForm(option);
      break;
  }
  return text + (option.fallback.is_null() ? ", required"
                                           : ", default " + option.fallback.dump());
}

ordered_json SchemaOf(const std::vector<OptionSpec>& table) {
  ordered_json schema = {{"type", "object"}, {"properties", ordered_json::object()}};
  ordered_json required = ordered_json::array();
  for (const OptionSpec& option : table) {
    schema["properties"][option.name] = OptionSchema(option);
    if (option.fallback.is_null()) required.push_back(option.name);
  }
  if (!required.empty()) schema["required"] = required;
  schema["additionalProperties"] = false;
  return schema;
}

}  // namespace slotquake
