#ifndef SLOTQUAKE_HARNESS_CLUSTER_DATA_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_DATA_CONTROL_H_

#include <cstdint>
#include <string>

#include "harness/base/status.h"

namespace slotquake {

// Power over the files that servers keep. Every call names a node; while its server
// runs, only Read makes sense.
class DataControl {
 public:
  virtual ~DataControl() = default;

  // Removes the dataset (RDB and AOF); with `identity` also nodes.conf, so that the
  // server comes back as somebody new.
  virtual Status Wipe(const std::string& node, bool identity) = 0;
  // How large the dataset is on disk.
  virtual Result<std::int64_t> DatasetBytes(const std::string& node) = 0;
  // The node's own map of the cluster (nodes.conf) as it is on disk.
  virtual Result<std::string> ReadNodesConf(const std::string& node) = 0;
  virtual Status WriteNodesConf(const std::string& node, const std::string& text) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_DATA_CONTROL_H_
