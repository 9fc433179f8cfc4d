#ifndef SLOTQUAKE_HARNESS_REDIS_REPLY_H_
#define SLOTQUAKE_HARNESS_REDIS_REPLY_H_

#include <cstdint>
#include <string>
#include <vector>

namespace slotquake {

// The types of RESP2.
enum class ReplyType { kNil, kString, kStatus, kError, kInteger, kArray };

// One reply of a server, with all that belongs to it. A value type.
struct Reply {
  ReplyType type = ReplyType::kNil;
  std::int64_t integer = 0;     // of kInteger
  std::string text;             // of kString, kStatus and kError ("MOVED 1 h:1")
  std::vector<Reply> elements;  // of kArray

  bool IsError() const { return type == ReplyType::kError; }
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_REPLY_H_
