#include "harness/cli/fetched_servers.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "harness/base/suggest.h"
#include "nlohmann/json.hpp"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Tests of bazel may have no HOME.
fs::path Home() {
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return home;
  const passwd* user = getpwuid(getuid());
  return user == nullptr ? "/" : user->pw_dir;
}

// "" where `about`, as the script wrote it, has no such text.
std::string TextOf(const nlohmann::json& about, const char* key) {
  const auto found = about.is_object() ? about.find(key) : about.end();
  return found != about.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

fs::path ServersFolder() {
  const char* named = std::getenv("SLOTQUAKE_SERVERS");
  if (named != nullptr && *named != '\0') return named;
  return Home() / ".cache/slotquake/servers";
}

std::vector<FetchedServer> FetchedServers(const fs::path& folder) {
  std::vector<FetchedServer> servers;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::ifstream file(entry.path() / "about.json");
    const auto about = nlohmann::json::parse(file, nullptr, false);
    const std::string program = TextOf(about, "program");
    if (program.empty() || !fs::exists(entry.path() / program, error)) continue;
    servers.push_back({entry.path().filename().string(), TextOf(about, "version"),
                       fs::absolute(entry.path() / program).string()});
  }
  std::sort(servers.begin(), servers.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return servers;
}

Result<std::string> ResolveServer(const std::string& server, const fs::path& folder) {
  std::error_code error;
  if (server.find('/') != std::string::npos || fs::is_regular_file(server, error)) {
    return server;
  }
  std::vector<std::string> names;
  for (const FetchedServer& fetched : FetchedServers(folder)) {
    if (fetched.name == server) return fetched.path;
    names.push_back(fetched.name);
  }
  return Status::Error("no server \"" + server + "\" in " + folder.string() +
                       " (bazel run //deploy/servers:fetch puts servers there)" +
                       SuggestText(server, names));
}

}  // namespace slotquake
