#ifndef SLOTQUAKE_HARNESS_AGENT_SHAPE_CHAINS_H_
#define SLOTQUAKE_HARNESS_AGENT_SHAPE_CHAINS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/agent/network_namespace.h"
#include "harness/base/status.h"

// Chains of iptables-legacy that hand packets of a pod to a queue of its network, from
// where PacketShaper lets them go; without one they pass (--queue-bypass). Of nftables'
// own way to do that (nft_queue) kernels are without that have this one. Each chain is
// called kFilterPrefix and its set's name: what is left behind is found by it. All
// thread-safe.
namespace slotquake {

// The longest name of a set: the kernel's limit of a chain's is 28.
inline constexpr std::size_t kLongestShapeName = 18;

// Which packets.
struct ShapeRule {
  std::string name;                // of the set
  std::vector<std::string> peers;  // addresses (IPv4) of the other ends
  bool inward = false;             // from them, else to them
  // Packets pass one queue of each kind: a delay's, then a narrow way's.
  bool narrow = false;
};

// In force once this returns, in one step; after an error nothing of it is.
Status AddShapeChain(const NetworkNamespace& network, const ShapeRule& rule,
                     std::uint16_t queue);
// Harmless where there is none of that name.
Status RemoveShapeChain(const NetworkNamespace& network, const std::string& name);
// Of all that are there. Nothing is loaded or changed for looking.
Result<std::vector<std::string>> ShapeChainNames(const NetworkNamespace& network);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_SHAPE_CHAINS_H_
