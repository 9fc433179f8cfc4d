#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_DEPLOY_FOLDER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_DEPLOY_FOLDER_H_

#include <filesystem>
#include <string>

#include "harness/base/status.h"

namespace slotquake {

// The folder deploy/ (manifests and scripts): the one that was named, else that of the
// environment variable SLOTQUAKE_DEPLOY, else the one beside `program`'s runfiles. An
// error says where it looked.
Result<std::filesystem::path> FindDeployFolder(const std::string& named,
                                               const std::filesystem::path& program);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_DEPLOY_FOLDER_H_
