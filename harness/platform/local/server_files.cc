#include "harness/platform/local/server_files.h"

#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

namespace slotquake {
namespace {

namespace fs = std::filesystem;

bool IsKept(const std::string& name, bool identity) {
  return name == "redis.conf" || (name == "nodes.conf" && !identity);
}

}  // namespace

Status WipeData(const fs::path& folder, bool identity) {
  std::error_code error;
  std::vector<fs::path> doomed;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!IsKept(entry.path().filename(), identity)) doomed.push_back(entry.path());
  }
  for (const fs::path& path : doomed) {
    if (!error) fs::remove_all(path, error);
  }
  if (error) {
    return Status::Error("cannot empty " + folder.string() + ": " + error.message());
  }
  return Status::Ok();
}

Result<std::int64_t> DatasetBytes(const fs::path& folder) {
  std::error_code error;
  std::int64_t bytes = 0;
  for (auto it = fs::recursive_directory_iterator(folder, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    const std::string extension = it->path().extension();
    const bool dataset =
        extension == ".rdb" || extension == ".aof" || extension == ".incr";
    if (dataset && it->is_regular_file(error)) {
      bytes += static_cast<std::int64_t>(it->file_size(error));
    }
  }
  if (error) {
    return Status::Error("cannot look into " + folder.string() + ": " +
                         error.message());
  }
  return bytes;
}

Result<std::string> ReadText(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in) return Status::Error("cannot read " + file.string());
  return text.str();
}

Status WriteText(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return Status::Error("cannot write " + file.string());
  return Status::Ok();
}

}  // namespace slotquake
