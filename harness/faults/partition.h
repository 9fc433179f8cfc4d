#ifndef SLOTQUAKE_HARNESS_FAULTS_PARTITION_H_
#define SLOTQUAKE_HARNESS_FAULTS_PARTITION_H_

#include <string>
#include <vector>

#include "harness/faults/cut_plan.h"
#include "harness/faults/fault.h"

namespace slotquake {

// The network between two sides is cut: the victims, with the clients that stand with
// them, and all others. The harness still sees both.
class Partition : public Fault {
 public:
  static FaultType Type();

  explicit Partition(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override;
  std::string Describe(const FaultContext& context) const override;
  // Also tries what the cut must close: what was closed before proves nothing.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  Status Inject(FaultContext& context) override;
  // Connections over the cut fail as they must, the rule has stopped packets, and the
  // victims live.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // The rule is gone, connections pass, servers answer, links are up.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 protected:
  Partition(std::string name, CutOptions options)
      : name_(std::move(name)), options_(std::move(options)) {}

  // The cut's sides and rules. An error says why nothing would be cut.
  virtual Result<CutPlan> Plan(const FaultContext& context) const;

  const CutOptions& options() const { return options_; }

 private:
  std::string name_;  // of the fault, for messages
  CutOptions options_;
  std::vector<std::string> before_;  // what each probe of the plan saw before the cut
};

// The options that faults share which cut the network, in a table and read from it.
std::vector<OptionSpec> CutOptionTable();
CutOptions ReadCutOptions(const OptionValues& options);
std::string CheckCutOptions(const OptionValues& options);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_PARTITION_H_
