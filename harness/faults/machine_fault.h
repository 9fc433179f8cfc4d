#ifndef SLOTQUAKE_HARNESS_FAULTS_MACHINE_FAULT_H_
#define SLOTQUAKE_HARNESS_FAULTS_MACHINE_FAULT_H_

#include <set>
#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// What faults of whole machines share. Each hits the machines that its victims run on,
// and with them every node there, which become victims, too. A machine that carries the
// harness itself is refused before anything is broken.
class MachineFault : public Fault {
 public:
  Status CheckSupported(Cluster& cluster) const override;
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string Describe(const FaultContext& context) const override;
  Status Inject(FaultContext& context) override;
  // Undoes it on every machine where Inject was tried.
  Status Recover(FaultContext& context) override;
  // Every victim's server answers.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

  // Until the servers of a machine that boots answer.
  static constexpr std::chrono::seconds kBackLimit{180};

 protected:
  // `what` it does, for the report: "power off".
  MachineFault(std::string name, std::string what)
      : name_(std::move(name)), what_(std::move(what)) {}

  // Whether the platform can do this to its machines at all.
  virtual Status CheckPossible(MachineControl& machines) const = 0;
  virtual Status Break(MachineControl& machines, const std::string& machine) = 0;
  // Idempotent; right also after a Break that failed half-way.
  virtual Status Mend(MachineControl& machines, const std::string& machine) = 0;

  const std::set<std::string>& targets() const { return targets_; }

  // The platform says that the machine is in this state.
  static Proof ProveState(FaultContext& context, const std::string& machine,
                          MachineState wanted);
  // A connection to the node's client port gets no answer at all: what a client sees
  // of a machine that is gone.
  static Proof ProveSilent(FaultContext& context, const std::string& node);

 private:
  std::string name_;
  std::string what_;
  std::set<std::string> targets_;  // machines
  std::set<std::string> tried_;    // those of them where it may have an effect
};

// The node's server answers PING; waits for it, at most `limit`.
Proof ProveAnswersWithin(FaultContext& context, const std::string& node, Nanos limit);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_MACHINE_FAULT_H_
