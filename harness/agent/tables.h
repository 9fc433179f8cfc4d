#ifndef SLOTQUAKE_HARNESS_AGENT_TABLES_H_
#define SLOTQUAKE_HARNESS_AGENT_TABLES_H_

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"

// The agent's own tables of nftables, as input of `nft -f -`; FilterRemoval() of
// packet_filter.h takes them away, and its counter is read as any set's. All pure.
namespace slotquake {

// What the name of the table below is, after kFilterPrefix.
inline constexpr const char* kHoldName = "hold";

// For the network of a pod whose server is dead while its supervisor brings it back at
// once: to everybody else it stays a dead process on a live host. New connections to
// the client and the bus port are refused, as by a port where nobody listens; those
// from inside to such ports of others go nowhere. Connections that there were pass: the
// kernel still delivers what the dead process had written, and answers the rest with
// resets. The loopback passes, so that exec probes (and port-forward) reach the new
// server. The machine's own addresses are refused like all others: clients may come
// from there, translated or with the host's network; TCP and HTTP probes fail, as they
// do when the server is dead.
std::string HoldTable(int client_port);

// What a machine's cut is called, after kFilterPrefix.
std::string MachineTableName(const std::string& name);

// Cuts a machine, with its pods, from everybody but `allow` (addresses, IPv4): nothing
// passes through `interfaces`, which lead to others. The kernel itself forgets them
// after `limit`, so that the cut ends even if nobody is left to end it.
Result<std::string> MachineTable(const std::string& name,
                                 const std::vector<std::string>& interfaces,
                                 const std::vector<std::string>& allow, Nanos limit);

// Whether this can be a table's: small letters, digits and "_", not too long.
bool IsTableName(const std::string& name);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_TABLES_H_
