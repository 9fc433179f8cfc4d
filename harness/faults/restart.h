#ifndef SLOTQUAKE_HARNESS_FAULTS_RESTART_H_
#define SLOTQUAKE_HARNESS_FAULTS_RESTART_H_

#include <map>
#include <string>

#include "harness/faults/fault.h"

namespace slotquake {

// The server's process ends and is started again, by default on the same data: what
// a supervisor does. "recover" says how long it is away. Kinds of it change something
// while the process is gone.
class Restart : public Fault {
 public:
  static FaultType Type();
  explicit Restart(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // It answers, as another process than before (run id).
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 protected:
  Restart() = default;

  // What this kind changes while the process of `node` is gone, and how it shows.
  virtual Status Change(FaultContext& context, const std::string& node);
  virtual std::vector<Proof> ProveChange(FaultContext& context,
                                         const std::string& node);

 private:
  bool gracefully_ = false;
  std::map<std::string, std::string> run_ids_;  // of the victims, before
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_RESTART_H_
