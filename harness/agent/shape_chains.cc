#include "harness/agent/shape_chains.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "harness/platform/packet_filter.h"

namespace slotquake {
namespace {

constexpr const char* kDelayTable = "mangle";
constexpr const char* kNarrowTable = "filter";

using Arguments = std::vector<std::string>;

// One call; waits while others change rules.
Result<std::string> Iptables(const NetworkNamespace& network, const std::string& table,
                             const Arguments& arguments) {
  Arguments command = {"iptables-legacy", "-w", "10", "-t", table};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return network.Run(command);
}

// Until one fails.
Status All(const NetworkNamespace& network, const std::string& table,
           const std::vector<Arguments>& steps) {
  for (const Arguments& step : steps) {
    const auto done = Iptables(network, table, step);
    if (!done.ok()) return done.status();
  }
  return Status::Ok();
}

std::string ChainOf(const std::string& name) { return kFilterPrefix + name; }

// Those of the two tables that are there: to list the rules of one that is not would
// make it.
Result<std::vector<std::string>> Tables(const NetworkNamespace& network) {
  std::vector<std::string> found;
  const Status entered = network.Inside([&found] {
    std::ifstream names("/proc/thread-self/net/ip_tables_names");
    for (std::string name; std::getline(names, name);) {
      if (name == kDelayTable || name == kNarrowTable) found.push_back(name);
    }
  });
  if (!entered.ok()) return entered;
  return found;
}

// What `iptables -S` says, line by line.
Result<std::vector<std::string>> RulesOf(const NetworkNamespace& network,
                                         const std::string& table) {
  const auto text = Iptables(network, table, {"-S"});
  if (!text.ok()) return text.status();
  std::vector<std::string> rules;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) rules.push_back(line);
  return rules;
}

bool Has(const std::vector<std::string>& rules, const std::string& rule) {
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

}  // namespace

Status AddShapeChain(const NetworkNamespace& network, const ShapeRule& rule,
                     std::uint16_t queue) {
  const std::string chain = ChainOf(rule.name);
  std::string text = std::string("*") + (rule.narrow ? kNarrowTable : kDelayTable) +
                     "\n:" + chain + " - [0:0]\n";
  for (const std::string& peer : rule.peers) {
    text += "-A " + chain + (rule.inward ? " -s " : " -d ") + peer +
            " -j NFQUEUE --queue-num " + std::to_string(queue) + " --queue-bypass\n";
  }
  text += std::string("-I ") + (rule.inward ? "INPUT" : "OUTPUT") + " -j " + chain +
          "\nCOMMIT\n";
  return network.Run({"iptables-legacy-restore", "-w", "10", "--noflush"}, text)
      .status();
}

Status RemoveShapeChain(const NetworkNamespace& network, const std::string& name) {
  const auto tables = Tables(network);
  if (!tables.ok()) return tables.status();
  const std::string chain = ChainOf(name);
  for (const std::string& table : *tables) {
    const auto rules = RulesOf(network, table);
    if (!rules.ok()) return rules.status();
    std::vector<Arguments> steps;
    for (const char* hook : {"INPUT", "OUTPUT"}) {
      if (Has(*rules, std::string("-A ") + hook + " -j " + chain)) {
        steps.push_back({"-D", hook, "-j", chain});
      }
    }
    if (Has(*rules, "-N " + chain)) {
      steps.push_back({"-F", chain});
      steps.push_back({"-X", chain});
    }
    const Status removed = All(network, table, steps);
    if (!removed.ok()) return removed;
  }
  return Status::Ok();
}

Result<std::vector<std::string>> ShapeChainNames(const NetworkNamespace& network) {
  const auto tables = Tables(network);
  if (!tables.ok()) return tables.status();
  const std::string beginning = std::string("-N ") + kFilterPrefix;
  std::vector<std::string> names;
  for (const std::string& table : *tables) {
    const auto rules = RulesOf(network, table);
    if (!rules.ok()) return rules.status();
    for (const std::string& rule : *rules) {
      if (rule.starts_with(beginning)) names.push_back(rule.substr(beginning.size()));
    }
  }
  return names;
}

}  // namespace slotquake
