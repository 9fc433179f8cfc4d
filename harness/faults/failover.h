#ifndef SLOTQUAKE_HARNESS_FAULTS_FAILOVER_H_
#define SLOTQUAKE_HARNESS_FAULTS_FAILOVER_H_

#include <map>
#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// CLUSTER FAILOVER at a replica of each victim, a master that may be dead already.
class Failover : public Fault {
 public:
  static FaultType Type();
  explicit Failover(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  // Finds the replica that is furthest.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kHandover; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // The replica says that it is master, under a higher config epoch.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Status GiveBack(Cluster& cluster, const Victim& victim) const;

  std::string mode_;
  bool give_back_;
  std::map<std::string, std::string> replicas_;  // by the victim's name
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_FAILOVER_H_
