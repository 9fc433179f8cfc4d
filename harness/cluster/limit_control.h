#ifndef SLOTQUAKE_HARNESS_CLUSTER_LIMIT_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_LIMIT_CONTROL_H_

#include <cstdint>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// Power over how much processor time and memory a node's server may use. Lifting a
// limit is harmless when there is none.
class LimitControl {
 public:
  virtual ~LimitControl() = default;

  // Why processor time, or memory, can not be limited here.
  virtual Status CanLimitCpu() = 0;
  virtual Status CanLimitMemory() = 0;

  // Of one processor, 0 < share < 1.
  virtual Status LimitCpu(const std::string& node, double share) = 0;
  virtual Status LiftCpu(const std::string& node) = 0;
  // How long the server was kept waiting by the limit, since it is there.
  virtual Result<Nanos> Starved(const std::string& node) = 0;
  // Processor time that the server has used, since its process started.
  virtual Result<Nanos> CpuTime(const std::string& node) = 0;

  // The process gets no more memory than so many bytes above what it has: the kernel
  // refuses it more, or ends it.
  virtual Status LimitMemory(const std::string& node, std::int64_t headroom) = 0;
  virtual Status LiftMemory(const std::string& node) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_LIMIT_CONTROL_H_
