#ifndef SLOTQUAKE_HARNESS_FAULTS_RESHARD_H_
#define SLOTQUAKE_HARNESS_FAULTS_RESHARD_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"
#include "harness/faults/slot_moves.h"

namespace slotquake {

// Slots go from the victim, a master, to another one, live and step by step, so that
// other faults can hit in the middle. Between two steps one slot is always open. What
// goes wrong ends the work, as it ends redis-cli, and leaves that slot open.
class Reshard : public Fault {
 public:
  static FaultType Type();
  explicit Reshard(const OptionValues& options);

  Status CheckSupported(Cluster& cluster) const override;
  // Finds the target and the slots: the victim's lowest ones.
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string_view effect() const override { return fault_effect::kNone; }
  std::string Describe(const FaultContext& context) const override;
  // The first slot is open when it returns.
  Status Inject(FaultContext& context) override;
  // Both sides hold the slot for open.
  std::vector<Proof> Prove(FaultContext& context) override;
  Nanos NextStep() const override { return next_; }
  Result<std::string> Step(FaultContext& context) override;
  // Closes what is open, for whoever owns it by the word of the masters that live;
  // with "move_back" the slots that had gone come back.
  Status Recover(FaultContext& context) override;
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

 private:
  bool IsDone() const { return moved_ == slots_.size(); }
  // Finishes the open slot and opens the next one.
  Status Advance(Cluster& cluster);
  Status MoveBack(const FaultContext& context);

  std::size_t wanted_;
  std::string to_;
  int pipeline_;
  int slots_per_step_;
  Nanos pause_;
  bool move_back_;
  Member source_;
  Member target_;
  std::vector<int> slots_;  // to be moved, in this order
  std::size_t moved_ = 0;   // so many of them
  Nanos next_ = Nanos::max();
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_RESHARD_H_
