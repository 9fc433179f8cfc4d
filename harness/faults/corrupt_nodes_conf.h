#ifndef SLOTQUAKE_HARNESS_FAULTS_CORRUPT_NODES_CONF_H_
#define SLOTQUAKE_HARNESS_FAULTS_CORRUPT_NODES_CONF_H_

#include <map>
#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// `text`, a nodes.conf, spoilt: "truncated" in the middle of a line, "empty",
// "garbled", "without_myself", or with "stale_addresses" of all others. Pure.
std::string SpoilNodesConf(const std::string& text, const std::string& how);

// The server is killed, its nodes.conf is spoilt, and it is started on that.
class CorruptNodesConf : public Fault {
 public:
  static FaultType Type();
  explicit CorruptNodesConf(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // What the file held, and what became of the server: that is the finding.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // It answers, as who it was.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  Status Spoil(FaultContext& context, const std::string& node);

  std::string how_;
  std::map<std::string, std::string> original_;  // by node
  std::map<std::string, std::string> written_;   // as it was read back
  bool restored_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CORRUPT_NODES_CONF_H_
