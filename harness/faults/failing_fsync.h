#ifndef SLOTQUAKE_HARNESS_FAULTS_FAILING_FSYNC_H_
#define SLOTQUAKE_HARNESS_FAULTS_FAILING_FSYNC_H_

#include <string>

#include "harness/faults/call_fault.h"

namespace slotquake {

// Each fsync fails: a disk that breaks.
class FailingFsync : public CallFault {
 public:
  static FaultType Type();
  explicit FailingFsync(const OptionValues& options);

  std::string Describe(const FaultContext& context) const override;
  std::vector<Proof> Prove(FaultContext& context) override;

 private:
  std::string error_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_FAILING_FSYNC_H_
