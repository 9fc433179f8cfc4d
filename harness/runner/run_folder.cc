#include "harness/runner/run_folder.h"

#include <system_error>

namespace slotquake {

namespace fs = std::filesystem;

std::string RunId(Nanos wall, std::uint64_t seed) {
  std::string id;
  for (const char c : FormatUtc(wall).substr(0, 19)) {
    if (c != '-' && c != ':') id += c;
  }
  return id + "Z-" + std::to_string(seed);
}

Result<fs::path> MakeRunFolder(const fs::path& out, const std::string& scenario,
                               const std::string& id) {
  const fs::path parent = fs::absolute(out) / scenario;
  fs::path folder = parent / id;
  std::error_code error;
  // Two runs of one seed within a second must not share a folder.
  for (int again = 2; fs::exists(folder, error); ++again) {
    folder = parent / (id + "-" + std::to_string(again));
  }
  if (!error) fs::create_directories(folder / "logs", error);
  if (error) {
    return Status::Error("cannot write the run's folder " + folder.string() + " (" +
                         error.message() + "); choose another with --out=FOLDER");
  }
  return folder;
}

void PointLatestTo(const fs::path& folder) {
  std::error_code error;
  const fs::path link = folder.parent_path() / ".latest.new";
  fs::remove(link, error);
  fs::create_directory_symlink(folder.filename(), link, error);
  // By a rename, so that `latest` is never missing.
  if (!error) fs::rename(link, folder.parent_path() / "latest", error);
}

void RemoveIfEmpty(const fs::path& folder) {
  std::error_code ignored;
  fs::remove(folder / "logs", ignored);
  if (fs::remove(folder, ignored)) fs::remove(folder.parent_path(), ignored);
}

}  // namespace slotquake
