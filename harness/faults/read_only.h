#ifndef SLOTQUAKE_HARNESS_FAULTS_READ_ONLY_H_
#define SLOTQUAKE_HARNESS_FAULTS_READ_ONLY_H_

#include "harness/faults/call_fault.h"

namespace slotquake {

// The disk takes no writes: what a kernel makes of a file system that it no longer
// trusts.
class ReadOnly : public CallFault {
 public:
  static FaultType Type();
  ReadOnly();

  std::string Describe(const FaultContext& context) const override;
  std::vector<Proof> Prove(FaultContext& context) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_READ_ONLY_H_
