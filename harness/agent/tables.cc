#include "harness/agent/tables.h"

#include <arpa/inet.h>

#include <algorithm>

#include "harness/platform/packet_filter.h"

namespace slotquake {
namespace {

constexpr int kBusOffset = 10000;
constexpr std::size_t kLongestName = 100;

std::string Chain(const std::string& hook, const std::string& rules) {
  return "chain " + hook + " {\ntype filter hook " + hook +
         " priority 0; policy accept;\n" + rules + "}\n";
}

std::string Table(const std::string& name, const std::string& body) {
  return FilterRemoval(name) + "table inet " + kFilterPrefix + name +
         " {\ncounter stopped { }\n" + body + "}\n";
}

bool IsAddress(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool IsInterfaceName(const std::string& name) {
  return !name.empty() && name.size() < 16 &&
         name.find_first_of("\"\\/ \t\n{}") == std::string::npos;
}

// Drops what comes or goes ("iifname", "oifname") through the interfaces, but for the
// allowed addresses at the other end.
std::string CutRule(const std::string& way, const std::string& end,
                    const std::string& allowed) {
  const std::string drop = way + " @cut ";
  const std::string stop = "counter name stopped drop\n";
  if (allowed.empty()) return drop + stop;
  return drop + "ip " + end + " != { " + allowed + " } " + stop + drop +
         "meta nfproto ipv6 " + stop;
}

}  // namespace

std::string HoldTable(int client_port) {
  const std::string new_connection =
      "tcp dport { " + std::to_string(client_port) + ", " +
      std::to_string(client_port + kBusOffset) +
      " } tcp flags & (fin | syn | rst | ack) == syn counter name stopped ";
  return Table(kHoldName, Chain("input", "iifname \"lo\" accept\n" + new_connection +
                                             "reject with tcp reset\n") +
                              Chain("output", "oifname \"lo\" accept\n" +
                                                  new_connection + "drop\n"));
}

std::string MachineTableName(const std::string& name) { return "machine_" + name; }

Result<std::string> MachineTable(const std::string& name,
                                 const std::vector<std::string>& interfaces,
                                 const std::vector<std::string>& allow, Nanos limit) {
  if (interfaces.empty()) return Status::Error("no interface leads to other machines");
  if (limit < std::chrono::milliseconds(1)) {
    return Status::Error("limit_ms must be 1 or more: when the cut ends by itself");
  }
  const std::string timeout = std::to_string(limit / std::chrono::milliseconds(1));
  std::string elements;
  for (const std::string& interface : interfaces) {
    if (!IsInterfaceName(interface)) {
      return Status::Error("\"" + interface + "\" is no interface's name");
    }
    elements += (elements.empty() ? "" : ", ") + ("\"" + interface + "\" timeout ") +
                timeout + "ms";
  }
  std::string allowed;
  for (const std::string& address : allow) {
    if (!IsAddress(address)) {
      return Status::Error("allow: \"" + address + "\" is no IPv4 address");
    }
    allowed += (allowed.empty() ? "" : ", ") + address;
  }
  const std::string in = CutRule("iifname", "saddr", allowed);
  const std::string out = CutRule("oifname", "daddr", allowed);
  return Table(MachineTableName(name),
               "set cut {\ntype ifname\nflags timeout\nelements = { " + elements +
                   " }\n}\n" + Chain("input", in) + Chain("forward", in + out) +
                   Chain("output", out));
}

bool IsTableName(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace slotquake
