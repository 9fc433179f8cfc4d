#ifndef SLOTQUAKE_HARNESS_FAULTS_RESTART_EMPTY_H_
#define SLOTQUAKE_HARNESS_FAULTS_RESTART_EMPTY_H_

#include "harness/faults/restart.h"

namespace slotquake {

// A restart that loses the disk: the empty master.
class RestartEmpty : public Restart {
 public:
  static FaultType Type();
  explicit RestartEmpty(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string Describe(const FaultContext& context) const override;

 protected:
  Status Change(FaultContext& context, const std::string& node) override;
  std::vector<Proof> ProveChange(FaultContext& context,
                                 const std::string& node) override;

 private:
  bool identity_too_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_RESTART_EMPTY_H_
