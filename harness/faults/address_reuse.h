#ifndef SLOTQUAKE_HARNESS_FAULTS_ADDRESS_REUSE_H_
#define SLOTQUAKE_HARNESS_FAULTS_ADDRESS_REUSE_H_

#include <map>
#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// A dead node's address is given to a server of another cluster.
class AddressReuse : public Fault {
 public:
  static FaultType Type();
  explicit AddressReuse(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Somebody else answers at the address; with "meet" a node of the cluster knows it.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The node itself answers there again, and nobody knows the other one.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  bool meet_;
  std::map<std::string, std::string> strangers_;  // their ids, by node
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_ADDRESS_REUSE_H_
