#include "harness/platform/packet_filter.h"

#include <algorithm>
#include <cmath>

#include "nlohmann/json.hpp"

namespace slotquake {
namespace {

constexpr int kBusOffset = 10000;
constexpr int kChances = 100'000;  // of which percentages are made

std::string TableName(const std::string& name) {
  return "inet " + std::string(kFilterPrefix) + name;
}

std::string SetOf(const std::vector<std::string>& addresses) {
  std::string text = "{ ";
  for (const std::string& address : addresses) {
    text += (text.size() > 2 ? ", " : "") + address;
  }
  return text + " }";
}

// One block's rules, for the addresses that are known.
class BlockRules {
 public:
  BlockRules(const std::map<std::string, std::string>& addresses,
             const std::vector<std::string>& nodes, int client_port)
      : addresses_(addresses), client_port_(client_port) {
    for (const std::string& node : nodes) {
      const auto at = addresses.find(node);
      if (at != addresses.end()) nodes_.push_back(at->second);
    }
  }

  Result<std::string> RulesOf(const Block& block) const {
    std::string ends;
    for (const auto& [side, names] :
         {std::pair{"saddr", &block.from}, std::pair{"daddr", &block.to}}) {
      if (*names == std::vector<std::string>{kEveryone}) continue;
      auto found = Addresses(*names);
      if (!found.ok()) return found.status();
      ends += "ip " + std::string(side) + " " + SetOf(*found) + " ";
    }
    const std::string stop =
        std::string("counter name stopped ") +
        (block.refuse ? "meta l4proto tcp reject with tcp reset\n" : "drop\n");
    if (block.percent >= 100) return RulesFor(block.plane, ends, stop);
    const auto share = static_cast<int>(std::lround(block.percent * kChances / 100));
    return RulesFor(block.plane, ends,
                    "numgen random mod " + std::to_string(kChances) + " < " +
                        std::to_string(share) + " " + stop) +
           RulesFor(block.plane, ends, "counter name passed accept\n");
  }

 private:
  std::string RulesFor(Plane plane, const std::string& ends,
                       const std::string& verdict) const {
    switch (plane) {
      case Plane::kAll:
        return ends + verdict;
      case Plane::kBus:
        return OnPort(client_port_ + kBusOffset, ends, verdict);
      case Plane::kReplication:
        return OnPort(client_port_, ends + BetweenNodes(), verdict);
      case Plane::kClient:
        // Not "both ends are nodes", which takes two rules to say.
        return OnPort(client_port_, ends + "ip saddr != " + SetOf(nodes_) + " ",
                      verdict) +
               OnPort(client_port_, ends + "ip daddr != " + SetOf(nodes_) + " ",
                      verdict);
    }
    return std::string();
  }

  std::string BetweenNodes() const {
    return "ip saddr " + SetOf(nodes_) + " ip daddr " + SetOf(nodes_) + " ";
  }

  static std::string OnPort(int port, const std::string& ends,
                            const std::string& verdict) {
    const std::string number = std::to_string(port);
    return ends + "tcp sport " + number + " " + verdict + ends + "tcp dport " + number +
           " " + verdict;
  }

  Result<std::vector<std::string>> Addresses(
      const std::vector<std::string>& names) const {
    std::vector<std::string> found;
    for (const std::string& name : names) {
      const auto at = addresses_.find(name);
      if (at == addresses_.end() || at->second.empty()) {
        return Status::Error(name + " has no address to block");
      }
      found.push_back(at->second);
    }
    if (found.empty()) return Status::Error("a block without an end");
    return found;
  }

  const std::map<std::string, std::string>& addresses_;
  std::vector<std::string> nodes_;
  int client_port_;
};

}  // namespace

Result<std::string> FilterTable(const std::string& name,
                                const std::vector<Block>& blocks,
                                const std::map<std::string, std::string>& addresses,
                                const std::vector<std::string>& nodes,
                                int client_port) {
  const BlockRules maker(addresses, nodes, client_port);
  std::string rules;
  // The resets that a rule sends go through the rules themselves.
  if (std::any_of(blocks.begin(), blocks.end(),
                  [](const Block& block) { return block.refuse; })) {
    rules = "tcp flags & rst == rst accept\n";
  }
  for (const Block& block : blocks) {
    auto text = maker.RulesOf(block);
    if (!text.ok()) return text.status();
    rules += *text;
  }
  std::string table = FilterRemoval(name) + "table " + TableName(name) +
                      " {\ncounter stopped { }\ncounter passed { }\n";
  for (const char* hook : {"input", "forward", "output"}) {
    table += "chain " + std::string(hook) + " {\ntype filter hook " + hook +
             " priority 0; policy accept;\n" + rules + "}\n";
  }
  return table + "}\n";
}

std::string FilterRemoval(const std::string& name) {
  // Added first, so that deleting what is not there is no error.
  return "table " + TableName(name) + "\ndelete table " + TableName(name) + "\n";
}

std::vector<std::string> FilterCounterCommand(const std::string& name) {
  return {"nft", "-j", "list", "counters", "table", "inet", kFilterPrefix + name};
}

Result<BlockCount> ReadFilterCount(const std::string& answer) {
  const auto parsed = nlohmann::json::parse(answer, nullptr, false);
  std::map<std::string, std::int64_t> packets;
  if (parsed.is_object()) {
    for (const auto& item : parsed.value("nftables", nlohmann::json::array())) {
      if (!item.contains("counter")) continue;
      packets[item["counter"].value("name", "")] =
          item["counter"].value("packets", std::int64_t{0});
    }
  }
  if (packets.contains("stopped")) {
    return BlockCount{packets["stopped"], packets["passed"]};
  }
  return Status::Error("nft list counters: an answer of an unknown form: " + answer);
}

Result<std::int64_t> ReadFilterCounter(const std::string& answer) {
  const auto count = ReadFilterCount(answer);
  if (!count.ok()) return count.status();
  return count->stopped;
}

}  // namespace slotquake
