#include "harness/platform/kubernetes/json_splitter.h"

#include <utility>

namespace slotquake {

std::vector<nlohmann::json> JsonSplitter::Feed(std::string_view piece) {
  std::vector<nlohmann::json> whole;
  for (const char c : piece) {
    if (depth_ == 0 && c != '{') continue;
    pending_ += c;
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      continue;
    }
    if (c == '"') in_string_ = true;
    if (c == '{') ++depth_;
    if (c == '}') --depth_;
    if (depth_ > 0) continue;
    auto parsed =
        nlohmann::json::parse(std::exchange(pending_, std::string()), nullptr, false);
    if (parsed.is_discarded()) {
      ++broken_;
    } else {
      whole.push_back(std::move(parsed));
    }
  }
  return whole;
}

}  // namespace slotquake
