#ifndef SLOTQUAKE_HARNESS_CHECK_ABSENCE_H_
#define SLOTQUAKE_HARNESS_CHECK_ABSENCE_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/check/evidence.h"
#include "harness/check/fault_effect.h"
#include "harness/history/record.h"

namespace slotquake {

// How long one victim of one fault was away: its process or its host gone, its
// network cut, or it standing still (section 11 of docs/checking.md).
struct Absence {
  std::size_t fault = 0;  // index into record.faults
  std::string node;
  FaultEffect effect = FaultEffect::kUnknown;
  Nanos until{0};               // the end of what is put down to this fault
  std::optional<Instant> gone;  // nothing: it was not seen to go
  std::optional<Instant> back;  // nothing: it did not come back by `until`
  bool new_process = false;     // what came back had another run id
  bool new_pod = false;         // it came back as another pod

  // Whether it may have been away at `at`, and whether it never came back.
  bool Covers(Nanos at) const;
  bool IsForGood() const { return gone && !back; }
  // The longest and the shortest time it can have been away; it must be back.
  Nanos Longest() const { return back->hi - gone->lo; }
  Nanos Shortest() const;
};

// One per victim of each injected fault, in order of faults and victims. From what
// the nodes answered, the processes, the pods, the clients' acknowledgements, and
// the fault's own instants, which are the narrowest where they fit the others.
std::vector<Absence> FindAbsences(const RunRecord& record);

// Names of the nodes that may be away at `at`.
std::set<std::string> AwayNodes(const std::vector<Absence>& absences, Nanos at);

// Names of the nodes that nobody meant to bring back, and that did not come back by
// themselves.
std::set<std::string> AbandonedNodes(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_ABSENCE_H_
