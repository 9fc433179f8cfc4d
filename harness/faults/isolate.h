#ifndef SLOTQUAKE_HARNESS_FAULTS_ISOLATE_H_
#define SLOTQUAKE_HARNESS_FAULTS_ISOLATE_H_

#include "harness/faults/partition.h"

namespace slotquake {

// Each victim is cut off from every other node and client, and from the other
// victims. The harness still sees them.
class Isolate : public Partition {
 public:
  static FaultType Type();

  explicit Isolate(const OptionValues& options)
      : Partition("isolate", ReadCutOptions(options)) {}

 protected:
  Result<CutPlan> Plan(const FaultContext& context) const override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_ISOLATE_H_
