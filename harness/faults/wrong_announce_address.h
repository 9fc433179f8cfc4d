#ifndef SLOTQUAKE_HARNESS_FAULTS_WRONG_ANNOUNCE_ADDRESS_H_
#define SLOTQUAKE_HARNESS_FAULTS_WRONG_ANNOUNCE_ADDRESS_H_

#include <map>
#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// The victims announce an address that nobody has (cluster-announce-ip).
class WrongAnnounceAddress : public Fault {
 public:
  static FaultType Type();
  explicit WrongAnnounceAddress(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kNetworkCut; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // A peer's map has the victim at the wrong address.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // Every peer's map has it where it is.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  std::string address_;
  std::map<std::string, std::string> before_;  // cluster-announce-ip, by node
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_WRONG_ANNOUNCE_ADDRESS_H_
