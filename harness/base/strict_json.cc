#include "harness/base/strict_json.h"

#include <algorithm>
#include <set>

namespace slotquake {
namespace {

constexpr std::size_t kMaxDepth = 64;

std::string LineAndColumn(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t last_break = before.rfind('\n');
  const std::size_t column = last_break == std::string_view::npos
                                 ? before.size()
                                 : before.size() - last_break - 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// The library's own words without its "[json.exception...] ... column 7: ".
std::string Words(const nlohmann::json::exception& error) {
  std::string text = error.what();
  if (const auto column = text.find(", column "); column != std::string::npos) {
    const auto colon = text.find(": ", column);
    if (colon != std::string::npos) return "not JSON: " + text.substr(colon + 2);
  }
  const auto bracket = text.find("] ");
  return "not JSON: " +
         (bracket == std::string::npos ? text : text.substr(bracket + 2));
}

// Follows a text to know, at each key, where it is and which keys were before.
class Watcher : public nlohmann::json_sax<nlohmann::json> {
 public:
  Watcher(std::string_view text, std::vector<Mistake>* mistakes)
      : text_(text), mistakes_(mistakes) {}

  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override { return Value(); }
  bool string(string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }
  bool start_object(std::size_t) override { return Open(false); }
  bool start_array(std::size_t) override { return Open(true); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& key) override {
    Level& level = levels_.back();
    level.step = PointerStep(key);
    if (!level.keys.insert(key).second) {
      mistakes_->push_back({Where(), "stands twice in this object"});
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    mistakes_->push_back({LineAndColumn(text_, position), Words(error)});
    return false;
  }

 private:
  struct Level {
    bool array = false;
    std::size_t index = 0;       // of the next element of an array
    std::string step;            // of the value that is being read
    std::set<std::string> keys;  // of an object, so far
  };

  std::string Where() const {
    std::string where;
    for (const Level& level : levels_) where += "/" + level.step;
    return where;
  }

  bool Value() {
    if (!levels_.empty() && levels_.back().array) ++levels_.back().index;
    return true;
  }

  bool Open(bool array) {
    if (!levels_.empty() && levels_.back().array) {
      levels_.back().step = std::to_string(levels_.back().index);
    }
    if (levels_.size() == kMaxDepth) {
      mistakes_->push_back(
          {"(file)", "nested deeper than " + std::to_string(kMaxDepth) + " levels"});
      return false;
    }
    Level level;
    level.array = array;
    levels_.push_back(std::move(level));
    return true;
  }

  bool Close() {
    levels_.pop_back();
    return Value();
  }

  std::string_view text_;
  std::vector<Mistake>* mistakes_;
  std::vector<Level> levels_;
};

}  // namespace

std::string ToString(const Mistake& mistake) {
  return (mistake.where.empty() ? "(file)" : mistake.where) + ": " + mistake.what;
}

std::string ToString(const std::vector<Mistake>& mistakes) {
  std::string text;
  for (const Mistake& mistake : mistakes) text += ToString(mistake) + "\n";
  return text;
}

std::string PointerStep(std::string_view key) {
  std::string step;
  for (const char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

std::optional<nlohmann::json> ParseStrictJson(std::string_view text,
                                              std::vector<Mistake>* mistakes) {
  const std::size_t before = mistakes->size();
  Watcher watcher(text, mistakes);
  nlohmann::json::sax_parse(text, &watcher);
  if (mistakes->size() != before) return std::nullopt;
  return nlohmann::json::parse(text);
}

}  // namespace slotquake
