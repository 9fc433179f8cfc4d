#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_CONTROL_CONNECTIONS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_CONTROL_CONNECTIONS_H_

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/connection.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// Where servers are, and the harness's own connections to them, kept between commands.
// Commands that are given at the same time have a connection each: none waits for
// another one's answer. Thread-safe.
class ControlConnections {
 public:
  // From now on the node is there. What was open is of no more use.
  void SetAddress(const std::string& node, const Endpoint& at);
  // std::out_of_range for a node that has none.
  Endpoint AddressOf(const std::string& node) const;
  // As Cluster::Command.
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit);
  // The server is another process now: what was open is of no more use.
  void Forget(const std::string& node);

 private:
  struct Node {
    Endpoint at;
    std::vector<Connection> idle;
    int generation = 0;  // of what may be kept
  };

  mutable std::mutex mutex_;  // never held while a server is asked
  std::map<std::string, Node> nodes_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_CONTROL_CONNECTIONS_H_
