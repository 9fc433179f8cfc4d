#ifndef SLOTQUAKE_HARNESS_PLATFORM_PACKET_FILTER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_PACKET_FILTER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/cluster/network_control.h"

// Blocks as nftables rules, the same in a switch that joins hosts and inside the
// network namespace of one of them. A set of blocks is a table of its own, so that it
// comes, goes and is counted as a whole. IPv4. All pure.
namespace slotquake {

// What every table's name begins with: what is left behind is found by it.
inline constexpr const char* kFilterPrefix = "slotquake_";

// Input of `nft -f -`: puts the set in force in one step, an earlier one of that name
// replaced. `addresses` has the address of each name in `blocks`; `nodes` are those
// names that are nodes. An error names what has no address.
Result<std::string> FilterTable(const std::string& name,
                                const std::vector<Block>& blocks,
                                const std::map<std::string, std::string>& addresses,
                                const std::vector<std::string>& nodes, int client_port);

// Input of `nft -f -`: takes the set away; no error when there is none.
std::string FilterRemoval(const std::string& name);

// The command that prints the set's counters, and its answer read: both of them, and
// the packets stopped alone.
std::vector<std::string> FilterCounterCommand(const std::string& name);
Result<BlockCount> ReadFilterCount(const std::string& answer);
Result<std::int64_t> ReadFilterCounter(const std::string& answer);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_PACKET_FILTER_H_
