#ifndef SLOTQUAKE_HARNESS_CLUSTER_ADDRESS_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_ADDRESS_CONTROL_H_

#include <string>

#include "harness/base/status.h"

namespace slotquake {

// Power over the nodes' addresses.
class AddressControl {
 public:
  virtual ~AddressControl() = default;

  // Takes the node's address away and gives it one that nobody had before; returns
  // it. The server must be down. Whoever listens with Cluster::OnMoved is told.
  virtual Result<std::string> Readdress(const std::string& node) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_ADDRESS_CONTROL_H_
