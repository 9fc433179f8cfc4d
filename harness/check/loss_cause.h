#ifndef SLOTQUAKE_HARNESS_CHECK_LOSS_CAUSE_H_
#define SLOTQUAKE_HARNESS_CHECK_LOSS_CAUSE_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/check/absence.h"
#include "harness/check/counter_losses.h"
#include "harness/check/reigns.h"
#include "harness/check/restarts.h"
#include "harness/check/stranger.h"
#include "harness/history/record.h"

namespace slotquake {

// Why a write was lost, by the rules of section 4 of docs/checking.md.
struct LossCause {
  std::string cause;     // "stranger", "wiped", "minority_master", "zombie",
                         // "unreplicated", "persistence" or "unexplained"
  std::string evidence;  // one sentence with the figures it rests on
};

// Decides causes. Holds references to the record and the reigns.
class CauseFinder {
 public:
  CauseFinder(const RunRecord& record, const Reigns& reigns);

  LossCause Decide(const LostWrite& write) const;

  // The reign whose data replaced that of the reign which acknowledged the write;
  // nullptr where none is known.
  const Reign* SuccessorOf(const LostWrite& write) const;

 private:
  const Operation& OpOf(const LostWrite& write) const;
  // Each: the cause, or nothing where its evidence is missing.
  std::optional<LossCause> ByStranger(const Operation& op) const;
  std::optional<LossCause> ByRestart(const LostWrite& write, const Reign& next) const;
  std::optional<LossCause> ByMinority(const Operation& op, const Reign& next) const;
  std::optional<LossCause> ByCut(const Operation& op) const;
  // Whether this fault left `node` on the side without a majority of the masters.
  bool LeftInMinority(const FaultRecord& fault, const std::string& node) const;
  std::optional<LossCause> ByZombie(const Operation& op, const Reign& next) const;
  std::optional<LossCause> ByOffset(const Operation& op, const Reign& next) const;

  const RunRecord& record_;
  const Reigns& reigns_;
  const Nanos slack_;
  const std::vector<Absence> absences_;
  const std::vector<std::string> masters_;  // with slots, before any fault
  const std::vector<Stranger> strangers_;
  std::vector<Restart> restarts_;
  std::vector<const Observation*> replication_;  // polls of offsets
  std::vector<const Observation*> scheduled_;    // log: election_scheduled
  std::vector<const Observation*> state_fail_;   // log or poll: own state failed
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_LOSS_CAUSE_H_
