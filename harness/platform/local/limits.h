#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LIMITS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LIMITS_H_

#include <sys/resource.h>
#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "harness/cluster/limit_control.h"
#include "harness/platform/starver.h"

namespace slotquake {

// Limits of server processes, without rights that an ordinary user lacks: processor
// time by stopping them for a part of each 20 ms, memory by RLIMIT_AS. A process that
// is started later has none of them. Not thread-safe.
class LocalLimits : public LimitControl {
 public:
  // The node's process; 0: it does not run.
  using PidOf = std::function<pid_t(const std::string& node)>;

  explicit LocalLimits(PidOf pid_of) : pid_of_(std::move(pid_of)) {}

  // Somebody stops the node's process: no limit lets it run meanwhile.
  void Hold(const std::string& node);
  void Release(const std::string& node);

  Status CanLimitCpu() override { return Status::Ok(); }
  Status CanLimitMemory() override { return Status::Ok(); }
  Status LimitCpu(const std::string& node, double share) override;
  Status LiftCpu(const std::string& node) override;
  Result<Nanos> Starved(const std::string& node) override;
  Result<Nanos> CpuTime(const std::string& node) override;
  Status LimitMemory(const std::string& node, std::int64_t headroom) override;
  Status LiftMemory(const std::string& node) override;

 private:
  // What a process was allowed before.
  struct Allowed {
    pid_t pid = 0;
    rlimit limit{};
  };

  PidOf pid_of_;
  std::set<std::string> held_;
  std::map<std::string, std::unique_ptr<Starver>> starvers_;
  std::map<std::string, Allowed> allowed_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LIMITS_H_
