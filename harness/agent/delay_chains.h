#ifndef SLOTQUAKE_HARNESS_AGENT_DELAY_CHAINS_H_
#define SLOTQUAKE_HARNESS_AGENT_DELAY_CHAINS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/agent/network_namespace.h"
#include "harness/base/status.h"

// Chains of iptables-legacy that hand what a pod sends to a queue of its network, from
// where PacketDelay lets it go; without one it passes (--queue-bypass). Of nftables'
// own way to do that (nft_queue) kernels are without that have this one. Each chain is
// called kFilterPrefix and its set's name: what is left behind is found by it. All
// thread-safe.
namespace slotquake {

// The longest name of a set: the kernel's limit of a chain's is 28.
inline constexpr std::size_t kLongestDelayName = 18;

// Packets to any of `to` (IPv4) go through `queue`, once this returns. After an error
// there may be a part of it.
Status AddDelayChain(const NetworkNamespace& network, const std::string& name,
                     std::uint16_t queue, const std::vector<std::string>& to);
// Harmless where there is none of that name.
Status RemoveDelayChain(const NetworkNamespace& network, const std::string& name);
// Of all that are there. Nothing is loaded or changed for looking.
Result<std::vector<std::string>> DelayChainNames(const NetworkNamespace& network);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_DELAY_CHAINS_H_
