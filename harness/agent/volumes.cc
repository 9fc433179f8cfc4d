#include "harness/agent/volumes.h"

#include <algorithm>
#include <system_error>

namespace slotquake {
namespace {

namespace fs = std::filesystem;

bool IsPlain(const fs::path& path) {
  return path.is_absolute() && std::none_of(path.begin(), path.end(), [](auto& part) {
           return part.empty() || part == "." || part == "..";
         });
}

bool IsStrictlyBelow(const fs::path& root, const fs::path& path) {
  const auto [end, at] =
      std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end() && at != path.end();
}

}  // namespace

Status RemoveVolumes(const fs::path& root, const fs::path& folder) {
  if (!IsPlain(folder) || !IsStrictlyBelow(root, folder)) {
    return Status::Error("refused to delete \"" + folder.string() +
                         "\": only a folder below " + root.string() +
                         " may be, without \"..\" and without a slash at the end");
  }
  std::error_code error;
  const fs::path real_root = fs::weakly_canonical(root, error);
  const fs::path relative = folder.lexically_relative(root);
  if (error || fs::weakly_canonical(folder, error) != real_root / relative || error) {
    return Status::Error("refused to delete " + folder.string() +
                         ": there is a symbolic link on the way");
  }
  fs::remove_all(folder, error);
  if (error) {
    return Status::Error("cannot delete " + folder.string() + ": " + error.message());
  }
  return Status::Ok();
}

}  // namespace slotquake
