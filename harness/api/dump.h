#ifndef SLOTQUAKE_HARNESS_API_DUMP_H_
#define SLOTQUAKE_HARNESS_API_DUMP_H_

#include <string>

#include "nlohmann/json.hpp"

namespace slotquake {

// JSON as text. Keys and errors may be any bytes; invalid UTF-8 is replaced.
inline std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_DUMP_H_
