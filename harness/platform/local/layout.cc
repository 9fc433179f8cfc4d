#include "harness/platform/local/layout.h"

#include <sstream>

#include "harness/base/rng.h"
#include "harness/platform/server_settings.h"

namespace slotquake {
namespace {

std::string HexId(Rng& rng) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  for (int i = 0; i < 40; ++i) id += kDigits[rng.Below(16)];
  return id;
}

// Major and minor version; {0, 0} where it is of an unknown form.
std::pair<int, int> Version(const ServerProgram& program) {
  std::pair<int, int> version{0, 0};
  char dot = 0;
  std::istringstream(program.version) >> version.first >> dot >> version.second;
  return version;
}

// Redis 7.0 introduced both the auxiliary fields and the debug setting; every
// Valkey has them.
bool IsSevenOrLater(const ServerProgram& program) {
  return program.engine == "valkey" || Version(program).first >= 7;
}

}  // namespace

std::vector<PlannedNode> PlanNodes(const ClusterSpec& spec, std::uint64_t seed) {
  Rng rng(seed);
  const int total = spec.masters * (1 + spec.replicas_per_master);
  std::vector<PlannedNode> nodes;
  for (int i = 0; i < total; ++i) {
    PlannedNode node;
    node.name = "redis-" + std::to_string(i);
    node.address =
        "10.77." + std::to_string(1 + i / 250) + "." + std::to_string(1 + i % 250);
    node.id = HexId(rng);
    if (i < spec.masters) {
      node.shard_id = HexId(rng);
      node.epoch = i + 1;
      node.slots = SlotsOf(i, spec.masters);
    } else {
      node.master = i % spec.masters;
      const PlannedNode& master = nodes[static_cast<std::size_t>(node.master)];
      node.shard_id = master.shard_id;
      node.epoch = master.epoch;
    }
    nodes.push_back(node);
  }
  return nodes;
}

std::string NodesConf(const std::vector<PlannedNode>& nodes, std::size_t self,
                      const ServerProgram& program) {
  std::ostringstream conf;
  int masters = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const PlannedNode& node = nodes[i];
    const bool is_master = node.master < 0;
    conf << node.id << " " << node.address << ":6379@16379";
    // Without a shard id the newer servers repeat slot ranges in CLUSTER NODES.
    if (IsSevenOrLater(program)) conf << ",,tls-port=0,shard-id=" << node.shard_id;
    conf << (i == self ? " myself," : " ") << (is_master ? "master" : "slave") << " "
         << (is_master ? "-" : nodes[static_cast<std::size_t>(node.master)].id)
         << " 0 0 " << node.epoch << " connected";
    if (is_master) {
      conf << " " << node.slots.first << "-" << node.slots.last;
      ++masters;
    }
    conf << "\n";
  }
  conf << "vars currentEpoch " << masters << " lastVoteEpoch 0\n";
  return conf.str();
}

std::map<std::string, std::string> ServerConfig(const ClusterSpec& spec,
                                                const ServerProgram& program) {
  std::map<std::string, std::string> config = {
      {"appendonly", "yes"},
      {"cluster-migration-barrier", "1"},
      {"cluster-require-full-coverage", "no"},
      {"protected-mode", "no"},
      {"save", "\"\""},
  };
  for (const auto& [name, value] : SharedSettings(spec, IsSevenOrLater(program))) {
    config[name] = value;
  }
  config["bind"] = "0.0.0.0";
  config["port"] = "6379";
  config["daemonize"] = "no";
  config["cluster-enabled"] = "yes";
  config["cluster-config-file"] = "nodes.conf";
  return config;
}

}  // namespace slotquake
