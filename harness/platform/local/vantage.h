#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_VANTAGE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_VANTAGE_H_

#include <filesystem>
#include <functional>

#include "harness/base/status.h"

namespace slotquake {

// Runs `work` in a thread that has entered the network namespace of that file, and
// waits for its end. A socket that it makes stays in there. Thread-safe.
Status RunInNamespace(const std::filesystem::path& file,
                      const std::function<void()>& work);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_VANTAGE_H_
