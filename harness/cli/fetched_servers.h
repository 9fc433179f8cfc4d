#ifndef SLOTQUAKE_HARNESS_CLI_FETCHED_SERVERS_H_
#define SLOTQUAKE_HARNESS_CLI_FETCHED_SERVERS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/status.h"

namespace slotquake {

// A server program of a certain version, put there by deploy/servers/fetch.py.
struct FetchedServer {
  std::string name;     // "redis-8.0"
  std::string version;  // "8.0.2", as the program said when it was fetched
  std::string path;     // of the program
};

// Where they are: SLOTQUAKE_SERVERS, else .cache/slotquake/servers at home. The
// script has the same rule.
std::filesystem::path ServersFolder();

// Those of a folder, by name. What was not fetched whole is left out; a folder
// that is not there has none.
std::vector<FetchedServer> FetchedServers(const std::filesystem::path& folder);

// The program that "server" of a scenario, or --server, means: a path as it is, or
// one of the folder's by its name. A word without a slash is a name, unless there is
// such a file here. An error says which names there are, and how to fetch.
Result<std::string> ResolveServer(const std::string& server,
                                  const std::filesystem::path& folder);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_FETCHED_SERVERS_H_
