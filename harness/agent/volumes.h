#ifndef SLOTQUAKE_HARNESS_AGENT_VOLUMES_H_
#define SLOTQUAKE_HARNESS_AGENT_VOLUMES_H_

#include <filesystem>

#include "harness/base/status.h"

namespace slotquake {

// Deletes a folder with all that is in it; no error when there is none. It must lie
// strictly below `root`, be written without "." and "..", and be reached over no
// symbolic link (those inside it are deleted, not followed).
Status RemoveVolumes(const std::filesystem::path& root,
                     const std::filesystem::path& folder);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_VOLUMES_H_
