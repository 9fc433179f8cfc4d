#ifndef SLOTQUAKE_HARNESS_FAULTS_CONFIG_SET_H_
#define SLOTQUAKE_HARNESS_FAULTS_CONFIG_SET_H_

#include <map>
#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// CONFIG SET of one parameter on running servers: an administrator's change, good or
// bad. It does not outlive the process.
class ConfigSet : public Fault {
 public:
  static FaultType Type();
  explicit ConfigSet(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  // Takes down what the parameter is; an error when nothing would change.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kDegraded; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  std::string parameter_;
  std::string value_;
  std::map<std::string, std::string> before_;  // by node
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CONFIG_SET_H_
