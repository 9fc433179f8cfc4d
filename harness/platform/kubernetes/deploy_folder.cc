#include "harness/platform/kubernetes/deploy_folder.h"

#include <cstdlib>
#include <vector>

namespace slotquake {
namespace {

namespace fs = std::filesystem;

bool IsDeployFolder(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "kubernetes" / "overlays", error);
}

// Where Bazel may have put it: the program's own runfiles, and the folders above the
// program, one of which is the root of somebody else's runfiles or the workspace.
std::vector<fs::path> Candidates(const fs::path& program) {
  std::vector<fs::path> found;
  const fs::path runfiles = program.string() + ".runfiles";
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(runfiles, error)) {
    found.push_back(entry.path() / "deploy");
  }
  for (fs::path above = program.parent_path(); above != above.root_path();
       above = above.parent_path()) {
    found.push_back(above / "deploy");
  }
  return found;
}

}  // namespace

Result<fs::path> FindDeployFolder(const std::string& named, const fs::path& program) {
  const char* variable = std::getenv("SLOTQUAKE_DEPLOY");
  for (const auto& [folder, from] :
       {std::pair{named, std::string("--deploy")},
        std::pair{std::string(variable == nullptr ? "" : variable),
                  std::string("SLOTQUAKE_DEPLOY")}}) {
    if (folder.empty()) continue;
    if (IsDeployFolder(folder)) return fs::absolute(folder).lexically_normal();
    return Status::Error(from + "=" + folder +
                         " has no kubernetes/overlays; name the folder deploy/ of the "
                         "sources");
  }
  for (const fs::path& folder : Candidates(program)) {
    if (IsDeployFolder(folder)) return fs::absolute(folder).lexically_normal();
  }
  return Status::Error("the folder deploy/ with the manifests is not beside " +
                       program.string() + "; name it with --deploy=FOLDER");
}

}  // namespace slotquake
