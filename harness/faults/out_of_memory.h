#ifndef SLOTQUAKE_HARNESS_FAULTS_OUT_OF_MEMORY_H_
#define SLOTQUAKE_HARNESS_FAULTS_OUT_OF_MEMORY_H_

#include <map>
#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// The system gives the server no more memory, and the server ends itself.
class OutOfMemory : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  std::map<std::string, std::size_t> log_before_;  // bytes
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_OUT_OF_MEMORY_H_
