#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_NETWORK_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_NETWORK_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/status.h"

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
  // Makes the namespaces, links, routes and the (empty) packet filter.
  static Result<Network> Make(const std::vector<Host>& hosts);

  // The namespace file of a host, for SpawnOptions.
  std::filesystem::path NamespaceOf(const std::string& host) const;

  // The host vanishes: every packet from and to it is dropped without an answer,
  // the harness' own included. One atomic change of the packet filter.
  Status Cut(const Host& host);
  // Undoes Cut(). Harmless when there is none.
  Status Heal(const Host& host);
  // How many packets Cut() rules have dropped so far, over all hosts.
  Result<std::int64_t> DroppedPackets() const;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_NETWORK_H_
