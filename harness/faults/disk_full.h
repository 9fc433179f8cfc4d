#ifndef SLOTQUAKE_HARNESS_FAULTS_DISK_FULL_H_
#define SLOTQUAKE_HARNESS_FAULTS_DISK_FULL_H_

#include "harness/faults/fault.h"

namespace slotquake {

// No room is left where the servers keep their files.
class DiskFull : public Fault {
 public:
  static FaultType Type();

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kDegraded; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_DISK_FULL_H_
