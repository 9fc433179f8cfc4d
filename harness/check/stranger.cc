#include "harness/check/stranger.h"

#include <cstddef>
#include <map>

#include "harness/check/evidence.h"

namespace slotquake {

std::vector<Stranger> FindStrangers(const RunRecord& record) {
  std::vector<Stranger> strangers;
  std::map<std::string, std::size_t> here;  // by node, while there is one
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
      strangers[known->second].until = seen.not_before;
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
