#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_JSON_SPLITTER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_JSON_SPLITTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "nlohmann/json.hpp"

namespace slotquake {

// Cuts a stream of JSON objects that follow each other, with or without white space
// between them, into its objects, however the stream is cut into pieces. Whatever
// stands between objects is skipped. Not thread-safe.
class JsonSplitter {
 public:
  // The objects that are whole with this piece, in their order. One that is no valid
  // JSON within its braces is left out, and counted.
  std::vector<nlohmann::json> Feed(std::string_view piece);

  // Objects that were no valid JSON.
  int broken() const { return broken_; }
  // Whether an object has begun that is not whole.
  bool IsInside() const { return depth_ > 0; }

 private:
  std::string pending_;
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  int broken_ = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_JSON_SPLITTER_H_
