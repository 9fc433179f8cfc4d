#include "harness/check/stranger.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "harness/check/evidence.h"
#include "harness/check/restarts.h"

namespace slotquake {

namespace {

// When the node that told this view came back: polls are rare, and its own start, where
// somebody saw it, is nearer.
Nanos BackAt(const Observation& own, Nanos from, const std::vector<Restart>& restarts) {
  Nanos back = own.not_before;
  for (const Restart& restart : restarts) {
    if (restart.node == own.node && restart.down_lo > from && restart.up_hi <= own.at) {
      back = std::max(back, restart.down_lo);
    }
  }
  return back;
}

}  // namespace

std::vector<Stranger> FindStrangers(const RunRecord& record) {
  std::vector<Stranger> strangers;
  std::map<std::string, std::size_t> here;  // by node, while there is one
  const std::vector<Restart> restarts = FindRestarts(record);
  for (const Observation& seen : record.observations) {
    const NodeRecord* node = record.FindNode(seen.node);
    if (seen.kind != observation_kind::kView || node == nullptr) continue;
    const auto view = seen.data.get<ClusterView>();
    const NodeView* self = view.Myself();
    const bool foreign = self != nullptr && self->id != node->id;
    const auto known = here.find(seen.node);
    if (known == here.end() && foreign) {
      here[seen.node] = strangers.size();
      strangers.push_back({.node = seen.node, .id = self->id, .from = seen.at});
    } else if (known != here.end() && self != nullptr && !foreign) {
      Stranger& stranger = strangers[known->second];
      stranger.until = BackAt(seen, stranger.from, restarts);
      here.erase(known);
    }
  }
  return strangers;
}

const Stranger* AckedBy(const std::vector<Stranger>& strangers, const RunRecord& record,
                        const Operation& op) {
  if (strangers.empty() || op.node < 0) return nullptr;
  const Nanos slack = ClockSlack(record);
  for (const Stranger& stranger : strangers) {
    if (stranger.node == record.history.NodeOf(op) &&
        op.completed - slack > stranger.from && op.completed + slack < stranger.until) {
      return &stranger;
    }
  }
  return nullptr;
}

}  // namespace slotquake
