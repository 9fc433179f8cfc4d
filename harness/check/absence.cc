#include "harness/check/absence.h"

#include <algorithm>
#include <map>

#include "harness/check/fault_axis.h"
#include "harness/check/restarts.h"
#include "harness/check/theory.h"

namespace slotquake {
namespace {

bool IsAnswer(const Observation& seen) {
  return seen.kind == observation_kind::kReachable ||
         seen.kind == observation_kind::kView ||
         seen.kind == observation_kind::kClusterInfo ||
         seen.kind == observation_kind::kReplication;
}

// What is known of one node, in order of time.
struct Traces {
  std::vector<const Observation*> seen;
  std::vector<Restart> restarts;
  std::vector<const Operation*> acks;
};

std::map<std::string, Traces> TracesOf(const RunRecord& record) {
  std::map<std::string, Traces> traces;
  for (const FaultRecord& fault : record.faults) {
    for (const Victim& victim : fault.victims) traces[victim.node];
  }
  if (traces.empty()) return traces;
  for (const Observation& seen : record.observations) {
    const auto it = traces.find(seen.node);
    if (it != traces.end()) it->second.seen.push_back(&seen);
  }
  for (const Restart& restart : FindRestarts(record)) {
    const auto it = traces.find(restart.node);
    if (it != traces.end()) it->second.restarts.push_back(restart);
  }
  const auto& names = record.history.nodes().all();
  std::vector<Traces*> by_number(names.size(), nullptr);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto it = traces.find(names[i]);
    if (it != traces.end()) by_number[i] = &it->second;
  }
  for (const Operation& op : record.history.operations()) {
    if (op.outcome != Outcome::kAcked || op.node < 0) continue;
    Traces* of_node = by_number[static_cast<std::size_t>(op.node)];
    if (of_node != nullptr) of_node->acks.push_back(&op);
  }
  return traces;
}

// The time up to which what happens in a shard is put down to fault `index`.
Nanos EndOfStory(const RunRecord& record, std::size_t index, const Victim& victim) {
  Nanos end = Nanos::max();
  const SlotSet slots = ToSet(victim.slots);
  for (const FaultRecord& later : record.faults) {
    if (!later.injected || later.asked <= record.faults[index].asked) continue;
    // A fault that breaks nobody for certain ends nobody's story.
    if (EffectOf(later) == FaultEffect::kOther) continue;
    for (const Victim& other : later.victims) {
      if (other.was_master && (ToSet(other.slots) & slots).any()) {
        end = std::min(end, later.asked);
      }
    }
  }
  return end;
}

// Finds when one victim went and came back.
class AbsenceFinder {
 public:
  AbsenceFinder(const RunRecord& record, const FaultRecord& fault, const Traces& traces,
                Absence& absence)
      : fault_(fault),
        traces_(traces),
        slack_(ClockSlack(record)),
        least_timeout_ms_(LeastTimeoutMs(record)),
        absence_(absence),
        asked_{fault.asked, fault.done, "fault", absence.node} {}

  void Find() {
    FindPod();
    FindGone();
    if (!absence_.gone) return;
    FindBack();
    for (const Restart& restart : traces_.restarts) {
      absence_.new_process |= restart.up_hi >= absence_.gone->lo &&
                              restart.up_hi < absence_.until && absence_.back;
    }
    absence_.new_pod = new_pod_ && absence_.back;
    if (WasOnlySlow()) {
      absence_.gone.reset();
      absence_.back.reset();
    }
  }

 private:
  // A server that a fault does not take away, that lets a poll wait for a moment and is
  // the same process then, has not gone.
  bool WasOnlySlow() const {
    return absence_.effect == FaultEffect::kOther && absence_.back &&
           !absence_.new_process && !absence_.new_pod &&
           ToMillis(absence_.Longest()) < least_timeout_ms_;
  }

  bool InStory(Nanos at) const { return at >= fault_.asked && at < absence_.until; }

  static void KeepEarlier(const Instant& candidate, std::optional<Instant>& best) {
    if (!best || candidate.hi < best->hi) best = candidate;
  }

  // Whether the platform tells of this victim's pod ending; a pod goes in its own
  // time, not in that of the request.
  void FindPod() {
    std::string uid;
    for (const Observation* seen : traces_.seen) {
      if (seen->kind != observation_kind::kPod || seen->at >= absence_.until) continue;
      const std::string now = Text(*seen, "uid");
      const std::string what = Text(*seen, "what");
      const bool changed = !now.empty() && !uid.empty() && now != uid;
      const bool ended = what == "deleted" || what == "gone" || what == "DELETED";
      if (InStory(seen->at) && (changed || ended)) {
        new_pod_ |= changed;
        KeepEarlier({std::max(fault_.asked, seen->not_before), seen->at, seen->source,
                     seen->node},
                    pod_gone_);
      }
      if (!now.empty()) uid = now;
    }
  }

  // The first sign that its server had gone: a poll without an answer, the end of its
  // process, another run id.
  std::optional<Instant> FirstSilence() const {
    std::optional<Instant> first;
    for (const Observation* seen : traces_.seen) {
      if (!InStory(seen->at)) continue;
      const bool exited =
          seen->kind == observation_kind::kProcess && Text(*seen, "what") == "exited";
      if (seen->kind != observation_kind::kUnreachable && !exited) continue;
      KeepEarlier({std::max(fault_.asked, seen->not_before), seen->at,
                   exited ? "process" : "poll", seen->node},
                  first);
      break;
    }
    for (const Restart& restart : traces_.restarts) {
      if (!InStory(restart.up_hi)) continue;
      // Its log tells when it started, not until when the one before it ran.
      const Nanos lo = std::min(restart.down_lo, LastAnswerBefore(restart.up_hi));
      KeepEarlier({std::max(fault_.asked, lo), restart.up_hi, "run id", absence_.node},
                  first);
    }
    return first;
  }

  void FindGone() {
    const FaultEffect effect = absence_.effect;
    if (effect == FaultEffect::kNetworkCut || effect == FaultEffect::kPaused) {
      absence_.gone = asked_;
      return;
    }
    silence_ = FirstSilence();
    if (pod_gone_ && !OutlivedItsPod()) KeepEarlier(*pod_gone_, silence_);
    const bool takes_away =
        effect != FaultEffect::kOther && effect != FaultEffect::kHandover;
    if (!silence_) {
      if (takes_away && !AnswersAfterwards()) absence_.gone = asked_;
    } else if (takes_away && !pod_gone_ && silence_->lo <= fault_.done + slack_) {
      absence_.gone = asked_;
    } else {
      absence_.gone = silence_;
      absence_.gone->lo = std::max(absence_.gone->lo, LastAnswerBefore(silence_->hi));
    }
  }

  // Whether the server went after its pod: of a pod that is deleted by force the object
  // goes at once, and its process when the machine comes to it.
  bool OutlivedItsPod() const {
    if (!silence_ || silence_->hi <= pod_gone_->hi) return false;
    return std::any_of(traces_.seen.begin(), traces_.seen.end(),
                       [&](const Observation* seen) {
                         return IsAnswer(*seen) && seen->not_before >= pod_gone_->hi &&
                                seen->at < silence_->hi;
                       });
  }

  // The last time that it was certainly the server of before the fault that answered.
  Nanos LastOfOldServer() const {
    std::string old;
    Nanos last = fault_.asked;
    for (const Observation* seen : traces_.seen) {
      if (seen->kind != observation_kind::kReplication) continue;
      const std::string run_id = Text(*seen, "run_id");
      if (run_id.empty() || seen->at >= absence_.until) continue;
      if (seen->at <= fault_.asked) old = run_id;
      if (run_id == old) last = std::max(last, seen->at);
    }
    return last;
  }

  // Whether it was never away: it answered polls at all times.
  bool AnswersAfterwards() const {
    // What was under way when the fault hit may still arrive.
    constexpr Nanos kUnderWay{200'000'000};
    const Nanos back = fault_.recovered ? fault_.recover_asked : Nanos::max();
    return std::any_of(
        traces_.seen.begin(), traces_.seen.end(), [&](const Observation* seen) {
          return IsAnswer(*seen) && seen->at < std::min(back, absence_.until) &&
                 seen->not_before > fault_.done + kUnderWay;
        });
  }

  Nanos LastAnswerBefore(Nanos at) const {
    Nanos last = fault_.asked;
    for (const Observation* seen : traces_.seen) {
      if (seen->at >= at) break;
      if (IsAnswer(*seen)) last = std::max(last, seen->at);
    }
    return last;
  }

  void FindBack() {
    const FaultEffect effect = absence_.effect;
    const bool undone = fault_.recovered && fault_.recover_done < absence_.until;
    const Instant recovery = {fault_.recover_asked, fault_.recover_done, "fault",
                              absence_.node};
    if (effect == FaultEffect::kNetworkCut || effect == FaultEffect::kPaused) {
      if (undone) absence_.back = recovery;
      return;
    }
    absence_.back = FirstAnswerAgain();
    if (!absence_.back && undone) absence_.back = recovery;
  }

  // When the platform started the process that came after the one that ended; zero
  // where it tells of none. Who answers at the node's address before is somebody else.
  Nanos NextStart() const {
    bool ended = false;
    for (const Observation* seen : traces_.seen) {
      if (seen->kind != observation_kind::kProcess || !InStory(seen->at)) continue;
      const std::string what = Text(*seen, "what");
      if (ended && what == "started") return seen->at;
      ended = ended || what == "exited";
    }
    return Nanos(0);
  }

  // A start bounds it from below: nobody answers before.
  std::optional<Instant> FirstAnswerAgain() const {
    const Nanos gone = absence_.gone->hi;
    Nanos from = std::max(gone, silence_ ? silence_->hi : gone);
    if (absence_.effect == FaultEffect::kProcessGone)
      from = std::max(from, NextStart());
    // What is back in another pod is another server.
    if (new_pod_) from = std::max(from, LastOfOldServer());
    std::optional<Instant> first;
    for (const Observation* seen : traces_.seen) {
      if (seen->at < from || seen->at >= absence_.until || !IsAnswer(*seen)) continue;
      // An answer that was on its way when the node went is none.
      if (!silence_ && seen->not_before <= gone) continue;
      first = Instant{std::max(seen->not_before, absence_.gone->lo), seen->at, "poll",
                      seen->node};
      break;
    }
    for (const Operation* op : traces_.acks) {
      if (op->invoked <= from + slack_ || op->completed >= absence_.until) continue;
      if (!first || op->completed < first->hi) {
        first = Instant{std::max(op->invoked - slack_, absence_.gone->lo),
                        op->completed + slack_, "history", absence_.node};
      }
    }
    if (!first) return first;
    for (const Restart& restart : traces_.restarts) {
      if (restart.up_hi >= gone && restart.up_hi <= first->hi &&
          restart.down_lo > first->lo) {
        first->lo = restart.down_lo;
      }
    }
    return first;
  }

  const FaultRecord& fault_;
  const Traces& traces_;
  const Nanos slack_;
  const double least_timeout_ms_;
  Absence& absence_;
  const Instant asked_;  // the fault's own interval
  std::optional<Instant> pod_gone_;
  std::optional<Instant> silence_;
  bool new_pod_ = false;
};

}  // namespace

bool Absence::Covers(Nanos at) const {
  return gone && gone->lo <= at && (!back || at < back->hi);
}

Nanos Absence::Shortest() const { return std::max(Nanos(0), back->lo - gone->hi); }

std::vector<Absence> FindAbsences(const RunRecord& record) {
  const std::map<std::string, Traces> traces = TracesOf(record);
  std::vector<Absence> absences;
  for (std::size_t i = 0; i < record.faults.size(); ++i) {
    const FaultRecord& fault = record.faults[i];
    if (!fault.injected) continue;
    for (const Victim& victim : fault.victims) {
      Absence absence;
      absence.fault = i;
      absence.node = victim.node;
      absence.effect = EffectOf(fault);
      absence.until = EndOfStory(record, i, victim);
      AbsenceFinder(record, fault, traces.at(victim.node), absence).Find();
      absences.push_back(std::move(absence));
    }
  }
  return absences;
}

std::set<std::string> AwayNodes(const std::vector<Absence>& absences, Nanos at) {
  std::set<std::string> away;
  for (const Absence& absence : absences) {
    if (absence.Covers(at)) away.insert(absence.node);
  }
  return away;
}

std::set<std::string> AbandonedNodes(const RunRecord& record) {
  std::set<std::string> abandoned;
  for (const Absence& absence : FindAbsences(record)) {
    const FaultRecord& fault = record.faults[absence.fault];
    if (fault.recovery_wanted || fault.recovered || !absence.IsForGood()) continue;
    abandoned.insert(absence.node);
  }
  return abandoned;
}

}  // namespace slotquake
