#ifndef SLOTQUAKE_HARNESS_FAULTS_CALL_FAULT_H_
#define SLOTQUAKE_HARNESS_FAULTS_CALL_FAULT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// What the faults have in common that change the calls of a server to its C library.
class CallFault : public Fault {
 public:
  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kDegraded; }
  Status Inject(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // Every server is sound, ProveSound().
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 protected:
  CallFault(const char* type, CallChanges changes) : type_(type), changes_(changes) {}

  const CallChanges& changes() const { return changes_; }

  // Waits until the library has counted more of `count` than before the injection.
  // `what`: "fsyncs have failed". A server that does not call proves nothing.
  Proof ProveCounted(FaultContext& context, const std::string& node,
                     std::int64_t CallCounts::*count, const std::string& what) const;

  // By default: it can save nodes.conf (CLUSTER SAVECONFIG), fsync included.
  virtual Proof ProveSound(FaultContext& context, const std::string& node);

 private:
  const char* type_;
  CallChanges changes_;
  std::map<std::string, CallCounts> before_;
};

// What the server says when it is told to write its nodes.conf and to sync it.
Result<std::string> SaveNodesConf(Cluster& cluster, const std::string& node);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CALL_FAULT_H_
