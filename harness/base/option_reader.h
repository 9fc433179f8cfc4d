#ifndef SLOTQUAKE_HARNESS_BASE_OPTION_READER_H_
#define SLOTQUAKE_HARNESS_BASE_OPTION_READER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/strict_json.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Reads the members of one JSON object by name and type. A member that nobody
// asked for is refused when reading ends, so that a misspelt option can not
// quietly leave the default in force. Every mistake is noted with its place and
// reading goes on with the default, so that all of them are found in one go.
// Not thread-safe.
class OptionReader {
 public:
  using Read = std::function<void(OptionReader&)>;

  // Runs `read` on `json`, which stands at `where` (a JSON pointer; "" is the
  // root), then refuses what it did not ask for. When `json` is no object, that is
  // the mistake and `read` is not run.
  static void ReadObject(const nlohmann::json& json, const std::string& where,
                         std::vector<Mistake>* mistakes, const Read& read);

  OptionReader(const OptionReader&) = delete;
  OptionReader& operator=(const OptionReader&) = delete;

  // The place of this object, as a JSON pointer.
  const std::string& where() const { return where_; }

  // Whether the member is there, whatever its type. Does not count as asking.
  bool Has(const std::string& key) const;

  // Notes a mistake when the member is not there; `hint` says what it is for.
  void Require(const std::string& key, const std::string& hint = "");

  // The member's value; when it is not there, of another type or outside
  // [min, max], the default. A whole number may be written 2000 or 2e3.
  int Int(const std::string& key, int fallback, int min, int max);
  double Number(const std::string& key, double fallback, double min, double max);
  bool Bool(const std::string& key, bool fallback);
  std::string String(const std::string& key, const std::string& fallback);
  // One of `known`; another string gets a suggestion.
  std::string OneOf(const std::string& key, const std::string& fallback,
                    const std::vector<std::string>& known);

  // The same; nothing when it is not there or is wrong.
  std::optional<std::int64_t> OptionalInt(const std::string& key, std::int64_t min,
                                          std::int64_t max);
  std::optional<double> OptionalNumber(const std::string& key, double min, double max);
  std::optional<std::string> OptionalString(const std::string& key);

  // Runs `read` on the object under `key`; not at all when it is not there.
  void Object(const std::string& key, const Read& read);
  // The same, but when it is not there, on an empty object.
  void ObjectOrEmpty(const std::string& key, const Read& read);
  // Runs `read` on each object of the array under `key`, in order.
  void Each(const std::string& key, std::size_t min, std::size_t max, const Read& read);
  // The member as it stands, for what has no one type; nullptr when it is not
  // there. The caller checks all of it.
  const nlohmann::json* Raw(const std::string& key);

  // Notes a mistake at the member `key`; at this object itself when it is "".
  void AddMistake(const std::string& key, std::string what);

 private:
  OptionReader(const nlohmann::json& json, std::string where,
               std::vector<Mistake>* mistakes)
      : json_(json), where_(std::move(where)), mistakes_(mistakes) {}

  void RefuseLeftovers();

  const nlohmann::json& json_;
  const std::string where_;
  std::vector<Mistake>* const mistakes_;
  std::vector<std::string> asked_;  // in the order of asking, each once
};

// What a mistake calls a value: `"text"`, `17`, `an object`.
std::string DescribeValue(const nlohmann::json& value);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_OPTION_READER_H_
