#ifndef SLOTQUAKE_HARNESS_FAULTS_SCALE_TARGET_H_
#define SLOTQUAKE_HARNESS_FAULTS_SCALE_TARGET_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// How many pods there are to be: exactly `to`, or `by` less or more than there are. One
// of the two is 0.
struct ScaleTarget {
  int to = 0;
  int by = 0;
};

// The options `to` and `by`; exactly one must be given. All pure.
std::vector<OptionSpec> ScaleOptions();
std::string CheckScaleOptions(const OptionValues& options);
ScaleTarget TargetOf(const OptionValues& options);

// "to 3", "by 1".
std::string ToString(const ScaleTarget& target);

// Sets the number of pods, and sets it back. Belongs to one injection.
class ScaleChange {
 public:
  explicit ScaleChange(ScaleTarget target) : target_(target) {}

  const ScaleTarget& target() const { return target_; }
  int before() const { return before_; }
  int after() const { return after_; }

  // Takes down how many there are; `sign` is that of the change. An error when the
  // target lies on the other side, or leaves none.
  Status Aim(FaultContext& context, int sign);
  Status Apply(FaultContext& context);
  // Harmless when nothing was changed, or all is as before.
  Status Undo(FaultContext& context);

  // As many as this are wanted, are there, and are ready. Waits for it.
  static Proof ProveScale(FaultContext& context, int wanted, Nanos limit);

 private:
  ScaleTarget target_;
  int before_ = 0;  // 0: not aimed yet
  int after_ = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_SCALE_TARGET_H_
