#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_FILES_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_FILES_H_

#include <filesystem>
#include <string>

#include "harness/base/status.h"

namespace slotquake {

// Removes a server's dataset from its folder, with `identity` also nodes.conf; its
// configuration and its log stay.
Status WipeData(const std::filesystem::path& folder, bool identity);

// A whole file. Errors name it.
Result<std::string> ReadText(const std::filesystem::path& file);
Status WriteText(const std::filesystem::path& file, const std::string& text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_FILES_H_
