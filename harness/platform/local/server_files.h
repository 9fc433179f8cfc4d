#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_FILES_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_FILES_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/base/status.h"

namespace slotquake {

// Removes a server's dataset from its folder, with `identity` also nodes.conf; its
// configuration stays.
Status WipeData(const std::filesystem::path& folder, bool identity);

// How many bytes of a dataset (RDB and AOF files) are in the folder.
Result<std::int64_t> DatasetBytes(const std::filesystem::path& folder);

// A whole file. Errors name it.
Result<std::string> ReadText(const std::filesystem::path& file);
Status WriteText(const std::filesystem::path& file, const std::string& text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_FILES_H_
