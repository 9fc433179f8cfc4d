#ifndef SLOTQUAKE_HARNESS_FAULTS_RESTART_NEW_ADDRESS_H_
#define SLOTQUAKE_HARNESS_FAULTS_RESTART_NEW_ADDRESS_H_

#include <map>
#include <string>

#include "harness/faults/restart.h"

namespace slotquake {

// A restart at another address, as a pod that is made again gets one.
class RestartNewAddress : public Restart {
 public:
  static FaultType Type();
  // The same for every node at once, where nobody is left who knows an address.
  static FaultType AllType();
  explicit RestartNewAddress(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string Describe(const FaultContext& context) const override;

 protected:
  Status Change(FaultContext& context, const std::string& node) override;
  std::vector<Proof> ProveChange(FaultContext& context,
                                 const std::string& node) override;

 private:
  bool own_line_;
  std::map<std::string, std::string> before_;  // addresses
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_RESTART_NEW_ADDRESS_H_
