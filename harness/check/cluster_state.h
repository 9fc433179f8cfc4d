#ifndef SLOTQUAKE_HARNESS_CHECK_CLUSTER_STATE_H_
#define SLOTQUAKE_HARNESS_CHECK_CLUSTER_STATE_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

// What one node had said last, at some instant. Pointers are into the record.
struct NodeState {
  std::string name;
  std::string id;
  bool reachable = true;
  std::optional<ClusterView> view;
  const Observation* info = nullptr;  // cluster_info
  const Observation* replication = nullptr;
  const Observation* digest = nullptr;

  bool IsMaster() const;  // by its own view
};

// The nodes of the record, without those in `without`, by what was known at `at`.
std::vector<NodeState> StateAt(const RunRecord& record, Nanos at,
                               const std::set<std::string>& without);

// Who owns which slots, by the first view; one entry per master that has any.
struct Owner {
  std::vector<SlotRange> slots;
  std::string node;
  std::int64_t epoch = 0;
};
std::vector<Owner> OwnersOf(const RunRecord& record,
                            const std::vector<NodeState>& nodes);

// What of section 7 of docs/checking.md does not hold, one sentence each; nodes that
// were never seen come first, as "nobody saw ...". Offsets and digests are compared
// by Unequal().
std::vector<std::string> Disagreements(const RunRecord& record,
                                       const std::vector<NodeState>& nodes);

// Replicas whose offset or digest differs from their master's. Offsets may differ
// for up to a second: the two are not polled at one instant.
std::vector<std::string> Unequal(const RunRecord& record,
                                 const std::vector<NodeState>& nodes);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_CLUSTER_STATE_H_
