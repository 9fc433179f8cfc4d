#ifndef SLOTQUAKE_HARNESS_CLUSTER_STRANGER_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_STRANGER_CONTROL_H_

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/reply.h"

namespace slotquake {

// Power to put a server of another cluster where a node has been. One stranger at a
// node's address at a time.
class StrangerControl {
 public:
  virtual ~StrangerControl() = default;

  virtual Status CanSettle() = 0;
  // Starts a server of the same program at the node's address, whose own server must be
  // down: the only node of a cluster of its own, with all slots and no key.
  virtual Status Settle(const std::string& node) = 0;
  // Ends it and removes its files. Harmless when there is none.
  virtual Status Evict(const std::string& node) = 0;
  // Asks the stranger one command.
  virtual Result<Reply> AskStranger(const std::string& node,
                                    const std::vector<std::string>& command,
                                    Nanos limit) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_STRANGER_CONTROL_H_
