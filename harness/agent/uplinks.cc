#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "harness/agent/network_power.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Lines of "interface destination ...", numbers in hexadecimal.
void AddIpv4Defaults(std::set<std::string>& found) {
  std::ifstream in("/proc/1/net/route");
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string interface;
    std::string destination;
    fields >> interface >> destination;
    if (destination == "00000000") found.insert(interface);
  }
}

// Lines of "destination prefix ... interface".
void AddIpv6Defaults(std::set<std::string>& found) {
  std::ifstream in("/proc/1/net/ipv6_route");
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string destination;
    std::string prefix;
    fields >> destination >> prefix;
    std::string interface;
    for (std::string word; fields >> word;) interface = word;
    if (prefix == "00" && interface != "lo") found.insert(interface);
  }
}

void AddHardware(std::set<std::string>& found) {
  std::error_code error;
  for (fs::directory_iterator at("/sys/class/net", error), end; !error && at != end;
       at.increment(error)) {
    if (fs::exists(at->path() / "device", error)) {
      found.insert(at->path().filename().string());
    }
  }
}

}  // namespace

std::vector<std::string> Uplinks() {
  std::set<std::string> found;
  AddIpv4Defaults(found);
  AddIpv6Defaults(found);
  AddHardware(found);
  return {found.begin(), found.end()};
}

}  // namespace slotquake
