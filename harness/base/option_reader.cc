#include "harness/base/option_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/suggest.h"

namespace slotquake {
namespace {

using nlohmann::json;

// A file can hold anything: nobody reads a mistake of a thousand characters.
constexpr std::size_t kLongestQuote = 60;

std::string NumberText(double value) {
  const std::string text = json(value).dump();
  return text.size() > 2 && text.compare(text.size() - 2, 2, ".0") == 0
             ? text.substr(0, text.size() - 2)
             : text;
}
std::string NumberText(std::int64_t value) { return std::to_string(value); }

template <typename T>
std::string RangeText(T min, T max, T unlimited) {
  if (max >= unlimited) return "must be at least " + NumberText(min);
  return "must be from " + NumberText(min) + " to " + NumberText(max);
}

// The whole number that `value` is; nothing when it is none. 2e3 is one, which
// the library holds as floating-point.
std::optional<std::int64_t> Whole(const json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    const auto most =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(number, most));
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const double number = value.get<double>();
  // Beyond 2^53 not every whole number has a double.
  if (std::trunc(number) != number || std::abs(number) > 0x1.0p53) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::string DescribeValue(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kLongestQuote) text = text.substr(0, kLongestQuote) + "...";
  return text;
}

void OptionReader::ReadObject(const json& json, const std::string& where,
                              std::vector<Mistake>* mistakes, const Read& read) {
  if (!json.is_object()) {
    mistakes->push_back({where, "must be an object, is " + DescribeValue(json)});
    return;
  }
  OptionReader reader(json, where, mistakes);
  read(reader);
  reader.RefuseLeftovers();
}

bool OptionReader::Has(const std::string& key) const { return json_.contains(key); }

const json* OptionReader::Raw(const std::string& key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end())
    asked_.push_back(key);
  const auto it = json_.find(key);
  return it == json_.end() ? nullptr : &*it;
}

void OptionReader::Require(const std::string& key, const std::string& hint) {
  if (Raw(key) == nullptr) {
    AddMistake(key, hint.empty() ? "is missing" : "is missing: " + hint);
  }
}

std::optional<std::int64_t> OptionReader::OptionalInt(const std::string& key,
                                                      std::int64_t min,
                                                      std::int64_t max) {
  const json* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  const auto number = Whole(*value);
  if (!number) {
    AddMistake(key, "must be a whole number, is " + DescribeValue(*value));
    return std::nullopt;
  }
  if (*number < min || *number > max) {
    AddMistake(key, RangeText(min, max, std::numeric_limits<std::int64_t>::max()) +
                        ", is " + DescribeValue(*value));
    return std::nullopt;
  }
  return number;
}

int OptionReader::Int(const std::string& key, int fallback, int min, int max) {
  return static_cast<int>(OptionalInt(key, min, max).value_or(fallback));
}

std::optional<double> OptionReader::OptionalNumber(const std::string& key, double min,
                                                   double max) {
  const json* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    AddMistake(key, "must be a number, is " + DescribeValue(*value));
    return std::nullopt;
  }
  const double number = value->get<double>();
  if (!(number >= min && number <= max)) {
    AddMistake(key, RangeText(min, max, std::numeric_limits<double>::infinity()) +
                        ", is " + DescribeValue(*value));
    return std::nullopt;
  }
  return number;
}

double OptionReader::Number(const std::string& key, double fallback, double min,
                            double max) {
  return OptionalNumber(key, min, max).value_or(fallback);
}

bool OptionReader::Bool(const std::string& key, bool fallback) {
  const json* value = Raw(key);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  AddMistake(key, "must be true or false, is " + DescribeValue(*value));
  return fallback;
}

std::optional<std::string> OptionReader::OptionalString(const std::string& key) {
  const json* value = Raw(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  AddMistake(key, "must be a string, is " + DescribeValue(*value));
  return std::nullopt;
}

std::string OptionReader::String(const std::string& key, const std::string& fallback) {
  return OptionalString(key).value_or(fallback);
}

std::string OptionReader::OneOf(const std::string& key, const std::string& fallback,
                                const std::vector<std::string>& known) {
  const auto value = OptionalString(key);
  if (!value) return fallback;
  if (std::find(known.begin(), known.end(), *value) != known.end()) return *value;
  AddMistake(
      key, "unknown " + key + " " + DescribeValue(*value) + SuggestText(*value, known));
  return fallback;
}

void OptionReader::Object(const std::string& key, const Read& read) {
  const json* value = Raw(key);
  if (value == nullptr) return;
  ReadObject(*value, where_ + "/" + PointerStep(key), mistakes_, read);
}

void OptionReader::ObjectOrEmpty(const std::string& key, const Read& read) {
  const json* value = Raw(key);
  const json empty = json::object();
  ReadObject(value == nullptr ? empty : *value, where_ + "/" + PointerStep(key),
             mistakes_, read);
}

void OptionReader::Each(const std::string& key, std::size_t min, std::size_t max,
                        const Read& read) {
  const json* value = Raw(key);
  if (value == nullptr) return;
  if (!value->is_array()) {
    AddMistake(key, "must be an array, is " + DescribeValue(*value));
    return;
  }
  if (value->size() < min || value->size() > max) {
    AddMistake(key, "must have from " + std::to_string(min) + " to " +
                        std::to_string(max) + " entries, has " +
                        std::to_string(value->size()));
  }
  const std::string where = where_ + "/" + PointerStep(key) + "/";
  for (std::size_t i = 0; i < std::min(value->size(), max); ++i) {
    ReadObject((*value)[i], where + std::to_string(i), mistakes_, read);
  }
}

void OptionReader::AddMistake(const std::string& key, std::string what) {
  mistakes_->push_back(
      {key.empty() ? where_ : where_ + "/" + PointerStep(key), std::move(what)});
}

void OptionReader::RefuseLeftovers() {
  for (const auto& [key, value] : json_.items()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    AddMistake(key, "unknown key" + (asked_.empty() ? "; nothing may stand here"
                                                    : SuggestText(key, asked_)));
  }
}

}  // namespace slotquake
