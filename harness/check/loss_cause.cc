#include "harness/check/loss_cause.h"

#include <algorithm>
#include <set>

#include "harness/check/evidence.h"
#include "harness/check/figures.h"
#include "harness/check/theory.h"

namespace slotquake {
namespace {

std::string At(Nanos t) { return Relative(ToMillis(t)) + " of the record"; }

// A restart of a node whose slots had already gone to a later election: nobody
// was given its data.
bool IsAfterSuccession(const Reign& restart, const std::vector<Reign>& reigns) {
  return std::any_of(reigns.begin(), reigns.end(), [&](const Reign& other) {
    return other.epoch > restart.epoch && other.begin_hi < restart.begin_hi;
  });
}

// Whether a fault took this node away by other means than its network.
bool HasOtherFault(const std::vector<Absence>& absences, const std::string& node) {
  return std::any_of(absences.begin(), absences.end(), [&](const Absence& absence) {
    return absence.node == node && absence.gone &&
           absence.effect != FaultEffect::kNetworkCut;
  });
}

// Masters with slots, by the first view of the record.
std::vector<std::string> FirstMasters(const RunRecord& record) {
  std::vector<std::string> masters;
  for (const Observation& seen : record.observations) {
    if (seen.kind != observation_kind::kView) continue;
    for (const NodeView& node : seen.data.get<ClusterView>().nodes) {
      if (node.master && !node.slots.empty()) {
        masters.push_back(NameOf(record, node.id));
      }
    }
    break;
  }
  return masters;
}

}  // namespace

CauseFinder::CauseFinder(const RunRecord& record, const Reigns& reigns)
    : record_(record),
      reigns_(reigns),
      slack_(ClockSlack(record)),
      absences_(FindAbsences(record)),
      masters_(FirstMasters(record)),
      strangers_(FindStrangers(record)),
      restarts_(FindRestarts(record)) {
  for (const Observation& seen : record.observations) {
    if (seen.kind == observation_kind::kReplication) replication_.push_back(&seen);
    if (seen.kind == observation_kind::kClusterInfo && Text(seen, "state") == "fail") {
      state_fail_.push_back(&seen);
    }
    if (seen.kind != observation_kind::kLog) continue;
    const std::string event = Text(seen, "event");
    if (event == "election_scheduled") scheduled_.push_back(&seen);
    if (event == "state_fail") state_fail_.push_back(&seen);
  }
}

const Operation& CauseFinder::OpOf(const LostWrite& write) const {
  return record_.history.operations()[write.op];
}

const Reign* CauseFinder::SuccessorOf(const LostWrite& write) const {
  const std::vector<Reign>& reigns = reigns_.GroupAt(OpOf(write).slot).reigns;
  if (write.witness == LossWitness::kSameReign) return nullptr;
  if (write.witness == LossWitness::kLaterReign) {
    return &reigns[static_cast<std::size_t>(write.witness_rank)];
  }
  for (std::size_t i = static_cast<std::size_t>(write.span.hi) + 1; i < reigns.size();
       ++i) {
    if (reigns[i].by_restart && IsAfterSuccession(reigns[i], reigns)) continue;
    return &reigns[i];
  }
  return nullptr;
}

std::optional<LossCause> CauseFinder::ByStranger(const Operation& op) const {
  const Stranger* stranger = AckedBy(strangers_, record_, op);
  if (stranger == nullptr) return std::nullopt;
  return LossCause{"stranger", "another node, " + stranger->id.substr(0, 8) +
                                   ", answered at the address of " + stranger->node +
                                   " from " + At(stranger->from) + " on"};
}

std::optional<LossCause> CauseFinder::ByRestart(const LostWrite& write,
                                                const Reign& next) const {
  const Operation& op = OpOf(write);
  const std::vector<Reign>& reigns = reigns_.GroupAt(op.slot).reigns;
  for (const Reign& reign : reigns) {
    if (!reign.by_restart || reign.node != record_.history.NodeOf(op) ||
        reign.rank_lo <= write.span.hi || reign.rank_lo > next.rank_lo ||
        IsAfterSuccession(reign, reigns)) {
      continue;
    }
    std::int64_t before = -1;
    std::int64_t after = -1;
    for (const Restart& restart : restarts_) {
      if (restart.node != reign.node || restart.up_hi != reign.begin_hi) continue;
      before = restart.keys_before;
      after = restart.keys_after;
    }
    const bool counted = before > 0 && after >= 0;
    std::string evidence = reign.node + " restarted at " + At(reign.begin_hi);
    if (counted) {
      evidence += " and went from " + Counted(before, "key") + " to " + Grouped(after);
    }
    const bool began_anew =
        write.witness != LossWitness::kSameReign && write.witness_value <= 1;
    if (counted ? after * 2 < before : began_anew) {
      if (!counted) evidence += "; this counter began again at 1";
      return LossCause{"wiped", evidence};
    }
    if (reign.rank_lo == next.rank_lo) {
      return LossCause{
          "persistence",
          evidence + ": it came back with its data, but without this write"};
    }
  }
  return std::nullopt;
}

bool CauseFinder::LeftInMinority(const FaultRecord& fault,
                                 const std::string& node) const {
  std::set<std::string> victims;
  for (const Victim& victim : fault.victims) victims.insert(victim.node);
  if (!victims.contains(node)) return false;
  const auto cut = static_cast<std::size_t>(std::count_if(
      masters_.begin(), masters_.end(),
      [&](const std::string& master) { return victims.contains(master); }));
  // Victims that are the majority may all be on one side: their own state tells.
  return 2 * cut <= masters_.size();
}

std::optional<LossCause> CauseFinder::ByCut(const Operation& op) const {
  const std::string& node = record_.history.NodeOf(op);
  for (const FaultRecord& fault : record_.faults) {
    if (EffectOf(fault) != FaultEffect::kNetworkCut || !fault.IsProven()) continue;
    const Nanos healed = fault.recovered ? fault.recover_done : Nanos::max() / 2;
    if (op.completed < fault.asked || op.completed > healed ||
        !LeftInMinority(fault, node)) {
      continue;
    }
    return LossCause{"minority_master", node + " was cut off from the majority from " +
                                            At(fault.done) +
                                            " on and went on acknowledging"};
  }
  return std::nullopt;
}

std::optional<LossCause> CauseFinder::ByMinority(const Operation& op,
                                                 const Reign& next) const {
  if (auto cut = ByCut(op)) return cut;
  const std::string& node = record_.history.NodeOf(op);
  if (HasOtherFault(absences_, node) || op.completed > next.begin_hi) {
    return std::nullopt;
  }
  for (const Observation* fail : state_fail_) {
    if (fail->node != node || fail->at < op.completed ||
        ToMillis(fail->at - op.completed) > 2 * NodeTimeoutMs(record_.FindNode(node))) {
      continue;
    }
    const bool restarted =
        std::any_of(restarts_.begin(), restarts_.end(), [&](const Restart& restart) {
          return restart.node == node && restart.up_hi >= op.completed &&
                 restart.down_lo <= fail->at;
        });
    if (restarted) continue;
    return LossCause{"minority_master", node + " noticed at " + At(fail->at) +
                                            " that it had lost the majority"};
  }
  return std::nullopt;
}

std::optional<LossCause> CauseFinder::ByZombie(const Operation& op,
                                               const Reign& next) const {
  if (op.completed - slack_ <= next.begin_hi) return std::nullopt;
  return LossCause{"zombie", record_.history.NodeOf(op) + " acknowledged it " +
                                 Duration(ToMillis(op.completed - next.begin_hi)) +
                                 " after " + next.node + " had won epoch " +
                                 std::to_string(next.epoch)};
}

std::optional<LossCause> CauseFinder::ByOffset(const Operation& op,
                                               const Reign& next) const {
  std::int64_t promoted = -1;
  for (const Observation* seen : replication_) {
    if (seen->node == next.node && seen->at <= next.begin_hi) {
      promoted = Number(*seen, "offset", promoted);
    }
  }
  for (const Observation* seen : scheduled_) {
    if (seen->node == next.node && seen->at <= next.begin_hi) {
      promoted = Number(*seen, "offset", promoted);
    }
  }
  if (promoted < 0) return std::nullopt;
  const Observation* reached = nullptr;  // the last poll that the replica has all of
  const Observation* beyond = nullptr;   // the first poll after it
  for (const Observation* seen : replication_) {
    if (seen->node != record_.history.NodeOf(op) || seen->at > next.begin_hi ||
        Text(*seen, "role") != "master") {
      continue;
    }
    if (Number(*seen, "offset") <= promoted) {
      reached = seen;
      beyond = nullptr;
    } else if (beyond == nullptr) {
      beyond = seen;
    }
  }
  if (reached != nullptr && op.completed + slack_ < reached->not_before) {
    return std::nullopt;  // the promoted replica had it: replication is no reason
  }
  if (reached == nullptr && beyond == nullptr) return std::nullopt;
  std::string evidence = next.node + " was promoted with offset " + Grouped(promoted);
  if (beyond != nullptr) {
    evidence += "; " + record_.history.NodeOf(op) + " was at " +
                Grouped(Number(*beyond, "offset")) + " at " + At(beyond->at);
  } else {
    evidence += ", which " + record_.history.NodeOf(op) + " had not yet passed at " +
                At(reached->at) + ", before this acknowledgement";
  }
  return LossCause{"unreplicated", evidence};
}

LossCause CauseFinder::Decide(const LostWrite& write) const {
  const Operation& op = OpOf(write);
  if (auto cause = ByStranger(op)) return *cause;
  if (write.witness == LossWitness::kSameReign) {
    return {"unexplained", "the same reign of " + record_.history.NodeOf(op) +
                               " handed out " + Grouped(write.witness_value) +
                               " again after this acknowledgement"};
  }
  const Reign* next = SuccessorOf(write);
  if (next == nullptr) {
    return {"unexplained", "it is not in the final read, and no later reign is known"};
  }
  if (auto cause = ByRestart(write, *next)) return *cause;
  if (auto cause = ByMinority(op, *next)) return *cause;
  if (auto cause = ByZombie(op, *next)) return *cause;
  if (auto cause = ByOffset(op, *next)) return *cause;
  return {"unexplained", next->node + " (epoch " + std::to_string(next->epoch) +
                             ") did not have it; no evidence says why"};
}

}  // namespace slotquake
