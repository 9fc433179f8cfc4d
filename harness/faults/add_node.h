#ifndef SLOTQUAKE_HARNESS_FAULTS_ADD_NODE_H_
#define SLOTQUAKE_HARNESS_FAULTS_ADD_NODE_H_

#include "harness/faults/fault.h"

namespace slotquake {

// The victim, a replica, joins the cluster as a new node would. It is taken out before,
// outside of what is measured.
class AddNode : public Fault {
 public:
  static FaultType Type();
  explicit AddNode(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  // Takes the victims out; refuses who owns slots.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kNone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  // Makes replicas of those that came as masters.
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  bool as_master_;
  Nanos banned_until_{0};
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_ADD_NODE_H_
