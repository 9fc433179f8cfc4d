#ifndef SLOTQUAKE_HARNESS_FAULTS_FLAP_H_
#define SLOTQUAKE_HARNESS_FAULTS_FLAP_H_

#include "harness/faults/partition.h"

namespace slotquake {

// A partition that comes and goes, until it is undone. It begins cut.
class Flap : public Partition {
 public:
  static FaultType Type();

  explicit Flap(const OptionValues& options);

  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  Nanos NextStep() const override { return next_; }
  // Cuts, or lets pass; the next one is due on_ms or off_ms later.
  Result<std::string> Step(FaultContext& context) override;
  Status Recover(FaultContext& context) override;

 private:
  Nanos on_;
  Nanos off_;
  bool cut_ = false;
  Nanos next_ = Nanos::max();
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_FLAP_H_
