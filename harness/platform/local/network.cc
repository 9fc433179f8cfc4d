#include "harness/platform/local/network.h"

#include <fstream>
#include <sstream>

#include "harness/base/subprocess.h"
#include "harness/platform/local/vantage.h"
#include "harness/platform/packet_filter.h"
#include "harness/redis/probe.h"

namespace slotquake {
namespace {

constexpr const char* kSwitchAddress = "10.77.0.1";
constexpr int kClientPort = 6379;
constexpr int kBusOffset = 10000;

// Locally administered, one per host and end of its link.
std::string MacAddress(int end, std::size_t index) {
  char text[32];
  std::snprintf(text, sizeof text, "02:77:00:%02x:%02x:%02x", end,
                static_cast<unsigned>(index >> 8), static_cast<unsigned>(index & 0xff));
  return text;
}

std::string LinkName(std::size_t index) { return "host" + std::to_string(index); }

// The switch's side, for one `ip -batch`.
std::string SwitchCommands(const std::vector<Host>& hosts) {
  std::ostringstream batch;
  batch << "link set lo up\naddr add " << kSwitchAddress << "/32 dev lo\n";
  for (const Host& host : hosts) batch << "netns add " << host.name << "\n";
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string link = LinkName(i);
    batch << "link add " << link << " address " << MacAddress(1, i)
          << " type veth peer name eth0 address " << MacAddress(2, i) << " netns "
          << hosts[i].name << "\n"
          << "link set " << link << " up\n"
          << "neigh replace " << hosts[i].address << " lladdr " << MacAddress(2, i)
          << " dev " << link << " nud permanent\n"
          << "route add " << hosts[i].address << "/32 dev " << link << " src "
          << kSwitchAddress << "\n";
  }
  return batch.str();
}

std::string HostCommands(const Host& host, std::size_t index) {
  std::ostringstream batch;
  batch << "link set lo up\naddr add " << host.address << "/32 dev eth0\n"
        << "link set eth0 up\n"
        << "neigh replace " << kSwitchAddress << " lladdr " << MacAddress(1, index)
        << " dev eth0 nud permanent\n"
        << "route add default via " << kSwitchAddress << " dev eth0 onlink\n";
  return batch.str();
}

Status Run(const std::vector<std::string>& command, const std::string& input) {
  return RunCommand(command, input).status();
}

}  // namespace

Result<Network> Network::Make(const std::vector<Host>& hosts) {
  for (const auto& [program, package] :
       {std::pair{"ip", "iproute2"}, std::pair{"nft", "nftables"}}) {
    const auto found = FindProgram(program, package);
    if (!found.ok()) return found.status();
  }
  Status status = Run({"ip", "-batch", "-"}, SwitchCommands(hosts));
  for (std::size_t i = 0; i < hosts.size() && status.ok(); ++i) {
    status = Run({"ip", "-n", hosts[i].name, "-batch", "-"}, HostCommands(hosts[i], i));
  }
  if (!status.ok()) return status;
  std::ofstream forwarding("/proc/sys/net/ipv4/ip_forward");
  forwarding << "1\n";
  forwarding.close();
  if (!forwarding) return Status::Error("cannot switch on net.ipv4.ip_forward");
  return Network(hosts);
}

std::filesystem::path Network::NamespaceOf(const std::string& host) const {
  return std::filesystem::path("/run/netns") / host;
}

Network::Network(const std::vector<Host>& hosts) {
  for (const Host& host : hosts) {
    indices_[host.name] = addresses_.size();
    addresses_[host.name] = host.address;
  }
}

Result<std::string> Network::Readdress(const std::string& host) {
  const std::size_t index = indices_.at(host);
  const std::string old = addresses_.at(host);
  const std::string fresh = "10.78." + std::to_string(readdressed_ / 250) + "." +
                            std::to_string(1 + readdressed_ % 250);
  const std::string link = LinkName(index);
  // What others had open to the old address must meet silence, not the new owner.
  Status status = Run({"ip", "-batch", "-"},
                      "neigh replace " + fresh + " lladdr " + MacAddress(2, index) +
                          " dev " + link + " nud permanent\nroute add " + fresh +
                          "/32 dev " + link + " src " + kSwitchAddress +
                          "\nroute del " + old + "/32 dev " + link + "\n");
  if (status.ok()) {
    status = Run({"ip", "-n", host, "-batch", "-"},
                 "addr add " + fresh + "/32 dev eth0\naddr del " + old +
                     "/32 dev eth0\nroute replace default via " + kSwitchAddress +
                     " dev eth0 onlink\n");
  }
  if (!status.ok()) return status;
  ++readdressed_;
  addresses_[host] = fresh;
  return fresh;
}

Status Network::Apply(const std::string& name, const std::vector<Block>& blocks,
                      const std::vector<std::string>& nodes) {
  const auto table = FilterTable(name, blocks, addresses_, nodes, kClientPort);
  if (!table.ok()) return table.status();
  return Run({"nft", "-f", "-"}, *table);
}

Status Network::Lift(const std::string& name) {
  return Run({"nft", "-f", "-"}, FilterRemoval(name));
}

Result<std::string> Network::AddressOf(const std::string& host) const {
  const auto found = addresses_.find(host);
  if (found == addresses_.end()) return Status::Error("no host " + host);
  return found->second;
}

Result<BlockCount> Network::Count(const std::string& name) const {
  const auto text = RunCommand(FilterCounterCommand(name));
  if (!text.ok()) return text.status();
  return ReadFilterCount(*text);
}

Result<std::string> Network::Probe(const std::string& from, const std::string& to,
                                   Plane plane, Nanos limit) const {
  const auto address = AddressOf(to);
  if (!address.ok()) return address.status();
  const int port = kClientPort + (plane == Plane::kBus ? kBusOffset : 0);
  std::string seen;
  const Status entered = RunInNamespace(NamespaceOf(from), [&] {
    seen = ProbePort({*address, port}, limit);
  });
  if (!entered.ok()) return entered;
  return seen;
}

}  // namespace slotquake
