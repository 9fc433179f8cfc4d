#ifndef SLOTQUAKE_HARNESS_FAULTS_MAX_MEMORY_H_
#define SLOTQUAKE_HARNESS_FAULTS_MAX_MEMORY_H_

#include <map>
#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// The server may use no more memory than it does (maxmemory, noeviction).
class MaxMemory : public Fault {
 public:
  static FaultType Type();
  explicit MaxMemory(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kDegraded; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  struct Settings {
    std::string maxmemory;
    std::string policy;
    std::string run_id;  // of the process that had them
  };

  Status InjectInto(FaultContext& context, const std::string& node);

  const double of_used_;
  std::map<std::string, Settings> before_;  // until they are restored
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_MAX_MEMORY_H_
