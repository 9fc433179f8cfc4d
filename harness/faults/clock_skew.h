#ifndef SLOTQUAKE_HARNESS_FAULTS_CLOCK_SKEW_H_
#define SLOTQUAKE_HARNESS_FAULTS_CLOCK_SKEW_H_

#include "harness/faults/call_fault.h"

namespace slotquake {

// The server's wall clock jumps, and jumps back when it is undone.
class ClockSkew : public CallFault {
 public:
  static FaultType Type();
  explicit ClockSkew(const OptionValues& options);

  std::string_view effect() const override { return fault_effect::kNone; }
  std::string Describe(const FaultContext& context) const override;
  std::vector<Proof> Prove(FaultContext& context) override;

 protected:
  Proof ProveSound(FaultContext& context, const std::string& node) override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CLOCK_SKEW_H_
