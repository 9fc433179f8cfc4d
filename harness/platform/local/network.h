#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_NETWORK_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_NETWORK_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/cluster/network_control.h"

namespace slotquake {

// A machine of its own: one network namespace, one address.
struct Host {
  std::string name;     // "redis-0"; also the namespace's name
  std::string address;  // "10.77.1.1"
};

// Hosts joined by a routed switch, which is the namespace that the caller is in:
// a /32 address, one veth and one permanent neighbour per host, so that a hundred
// hosts put no pressure on the kernel's shared neighbour table. Not thread-safe.
class Network {
 public:
  // Makes the namespaces, links and routes.
  static Result<Network> Make(const std::vector<Host>& hosts);
  // Hosts that have been made already.
  explicit Network(const std::vector<Host>& hosts);

  // The namespace file of a host, for SpawnOptions.
  std::filesystem::path NamespaceOf(const std::string& host) const;

  Result<std::string> AddressOf(const std::string& host) const;

  // Gives the host another address, one that no host has had; returns it.
  Result<std::string> Readdress(const std::string& host);

  // As NetworkControl has it. `nodes`: which hosts are nodes, for the planes.
  Status Apply(const std::string& name, const std::vector<Block>& blocks,
               const std::vector<std::string>& nodes);
  Status Lift(const std::string& name);
  Result<BlockCount> Count(const std::string& name) const;
  Result<std::string> Probe(const std::string& from, const std::string& to, Plane plane,
                            Nanos limit) const;

 private:
  std::map<std::string, std::string> addresses_;  // by host name
  std::map<std::string, std::size_t> indices_;    // of hosts: names their links
  int readdressed_ = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_NETWORK_H_
