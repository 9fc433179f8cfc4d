#include "harness/agent/delay_chains.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "harness/platform/packet_filter.h"

namespace slotquake {
namespace {

constexpr const char* kHook = "OUTPUT";

// As an argument list for NetworkNamespace::Run; waits while others change rules.
std::vector<std::string> Iptables(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"iptables-legacy", "-w", "10"});
  return arguments;
}

std::string ChainOf(const std::string& name) { return kFilterPrefix + name; }

// To list the rules of a network that has no such table would make one.
Result<bool> HasTable(const NetworkNamespace& network) {
  bool found = false;
  const Status entered = network.Inside([&found] {
    std::ifstream tables("/proc/thread-self/net/ip_tables_names");
    for (std::string name; std::getline(tables, name);) found |= name == "filter";
  });
  if (!entered.ok()) return entered;
  return found;
}

}  // namespace

Status AddDelayChain(const NetworkNamespace& network, const std::string& name,
                     std::uint16_t queue, const std::vector<std::string>& to) {
  if (name.size() > kLongestDelayName) {
    return Status::Error("name: \"" + name + "\" is too long");
  }
  const std::string chain = ChainOf(name);
  std::vector<std::vector<std::string>> steps = {{"-N", chain}};
  for (const std::string& address : to) {
    steps.push_back({"-A", chain, "-d", address, "-j", "NFQUEUE", "--queue-num",
                     std::to_string(queue), "--queue-bypass"});
  }
  // In force with the last step, all at once.
  steps.push_back({"-I", kHook, "-j", chain});
  for (const auto& step : steps) {
    const auto done = network.Run(Iptables(step));
    if (!done.ok()) return done.status();
  }
  return Status::Ok();
}

Status RemoveDelayChain(const NetworkNamespace& network, const std::string& name) {
  const auto has_table = HasTable(network);
  if (!has_table.ok() || !*has_table) return has_table.status();
  const auto rules = network.Run(Iptables({"-S"}));
  if (!rules.ok()) return rules.status();
  const std::string chain = ChainOf(name);
  std::vector<std::vector<std::string>> steps;
  std::istringstream lines(*rules);
  for (std::string line; std::getline(lines, line);) {
    if (line == std::string("-A ") + kHook + " -j " + chain) {
      steps.push_back({"-D", kHook, "-j", chain});
    }
  }
  if (("\n" + *rules).find("\n-N " + chain + "\n") != std::string::npos) {
    steps.push_back({"-F", chain});
    steps.push_back({"-X", chain});
  }
  for (const auto& step : steps) {
    const auto done = network.Run(Iptables(step));
    if (!done.ok()) return done.status();
  }
  return Status::Ok();
}

Result<std::vector<std::string>> DelayChainNames(const NetworkNamespace& network) {
  std::vector<std::string> names;
  const auto has_table = HasTable(network);
  if (!has_table.ok()) return has_table.status();
  if (!*has_table) return names;
  const auto rules = network.Run(Iptables({"-S"}));
  if (!rules.ok()) return rules.status();
  const std::string beginning = std::string("-N ") + kFilterPrefix;
  std::istringstream lines(*rules);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(beginning)) names.push_back(line.substr(beginning.size()));
  }
  return names;
}

}  // namespace slotquake
