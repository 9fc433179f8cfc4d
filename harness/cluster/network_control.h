#ifndef SLOTQUAKE_HARNESS_CLUSTER_NETWORK_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_NETWORK_CONTROL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/effect_time.h"

namespace slotquake {

// Which traffic a Block stops. kClient: to and from the client port of a node,
// between it and who is no node. kReplication: the same port, between nodes. kBus:
// the cluster bus (client port + 10000).
enum class Plane { kAll, kClient, kReplication, kBus };

// In a Block: every address, the harness' own observers and control plane included.
inline constexpr const char* kEveryone = "*";

// One direction of a cut: packets from any of `from` to any of `to`. Names are those
// of nodes and of clients: workers ("client-0") and "hit-counter".
struct Block {
  std::vector<std::string> from;
  std::vector<std::string> to;
  Plane plane = Plane::kAll;
  bool refuse = false;   // answer with a reset, instead of silence
  double percent = 100;  // of these packets, chosen by chance; the others pass
};

// What a set of blocks has done since it was put in force, in packets.
struct BlockCount {
  std::int64_t stopped = 0;
  std::int64_t passed = 0;  // were of a block, but spared by its percentage
};

// Power over the network between nodes, clients and the harness.
class NetworkControl {
 public:
  virtual ~NetworkControl() = default;

  // Puts a set of blocks in force, together; an earlier set of that name is replaced.
  // Several sets may be in force. `name` is of small letters, digits and "_".
  virtual Status Apply(const std::string& name, const std::vector<Block>& blocks) = 0;
  // When that set came into force, the first of its rules to the last, measured beside
  // the hosts. Nothing where the call's own time says it as well.
  virtual std::optional<EffectTime> MeasuredCut(const std::string& /*name*/) {
    return std::nullopt;
  }
  // Undoes Apply(). Harmless when there is no set of that name.
  virtual Status Lift(const std::string& name) = 0;
  // How many packets that set has stopped since it was put in force.
  virtual Result<std::int64_t> Stopped(const std::string& name) = 0;
  // The same with what it let pass. A platform that puts rules at both ends of a way
  // counts, and drops by percentage, at one end only.
  virtual Result<BlockCount> Count(const std::string& /*name*/) {
    return Status::Error("this platform does not count what a rule lets pass");
  }

  // Opens a TCP connection from within the network of `from`, a node or a client, to
  // a node: to its bus port for Plane::kBus, else to its client port. "" when it was
  // accepted, else why not: "connection refused", "timed out". An error when it could
  // not be tried.
  virtual Result<std::string> Probe(const std::string& /*from*/,
                                    const std::string& /*to*/, Plane /*plane*/,
                                    Nanos /*limit*/) {
    return Status::Error("this platform can not look from inside a host");
  }
};

// A host that vanished: nothing passes from or to it.
inline std::vector<Block> Isolation(const std::string& node) {
  return {{.from = {node}, .to = {kEveryone}}, {.from = {kEveryone}, .to = {node}}};
}

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_NETWORK_CONTROL_H_
