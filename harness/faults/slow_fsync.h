#ifndef SLOTQUAKE_HARNESS_FAULTS_SLOW_FSYNC_H_
#define SLOTQUAKE_HARNESS_FAULTS_SLOW_FSYNC_H_

#include "harness/faults/call_fault.h"

namespace slotquake {

// Each fsync takes longer: a disk that is slow, or stalls.
class SlowFsync : public CallFault {
 public:
  static FaultType Type();
  explicit SlowFsync(const OptionValues& options);

  std::string Describe(const FaultContext& context) const override;
  std::vector<Proof> Prove(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_SLOW_FSYNC_H_
